import type { RuleConfigs, RuleKind, WeeklyPeriod } from '#db/tables/index.ts'

/** A rule as facts carry it. */
export type RuleFact = {
  [K in RuleKind]: { id: string; kind: K; scope: number; serviceId: string | null; title: string; config: RuleConfigs[K] }
}[RuleKind]

/** How near a rule is to a model: the nearest of a kind holds. */
export const NEARNESS = { global: 0, location: 1, model: 2 } as const

export interface Blackout {
  id: string
  title: string
  from: string
  to: string
  yearly: boolean
}

/** The rules that hold for one model. */
export interface RulesInForce {
  hours: WeeklyPeriod[] | null
  blackouts: Blackout[]
  noticeMinutes: number
  stepMinutes: number | null
  limits: RuleConfigs['limits'] | null
  /** Null: the model's own. */
  buffers: RuleConfigs['buffers'] | null
  serviceBuffers: ReadonlyMap<string, RuleConfigs['buffers']>
}

/** Of each kind the nearest rule; of blackouts all; of buffers of services the nearest for each service. */
export function rulesInForce(rules: readonly RuleFact[]): RulesInForce {
  const nearest = [...rules].sort((a, b) => a.scope - b.scope)
  const force: RulesInForce = {
    hours: null,
    blackouts: [],
    noticeMinutes: 0,
    stepMinutes: null,
    limits: null,
    buffers: null,
    serviceBuffers: new Map(),
  }
  const serviceBuffers = new Map<string, RuleConfigs['buffers']>()
  for (const rule of nearest) {
    if (rule.kind === 'hours') force.hours = rule.config.periods
    else if (rule.kind === 'blackout') force.blackouts.push({ id: rule.id, title: rule.title, ...rule.config })
    else if (rule.kind === 'notice') force.noticeMinutes = rule.config.minutes
    else if (rule.kind === 'step') force.stepMinutes = rule.config.minutes
    else if (rule.kind === 'limits') force.limits = rule.config
    else if (rule.serviceId) serviceBuffers.set(rule.serviceId, rule.config)
    else force.buffers = rule.config
  }
  return { ...force, serviceBuffers }
}
