import type { HoursPeriod } from './weekly-hours.ts'
import { periodOf } from './weekly-hours.ts'

export type RuleScope = 'global' | 'location' | 'model'

/** A rule as the server answers it. */
export interface Rule {
  id: string
  scope: RuleScope
  kind: 'hours' | 'blackout' | 'notice' | 'step' | 'limits' | 'buffers'
  model: { id: string; name: string } | null
  location: { slug: string; title: string } | null
  service: { code: string; name: string } | null
  title: string
  config: Record<string, unknown>
  text: string
  active: boolean
  version: number
}

/** Whom the rules of a page are for. */
export interface RuleTarget {
  scope: RuleScope
  location?: string
  modelId?: string
  /** In words: everyone, Mayfair, Sophia. */
  name: string
}

export const NARROWNESS = { global: 0, location: 1, model: 2 } as const

/** Of a kind, the one this target has of its own. */
export function ownOf(rules: readonly Rule[], target: RuleTarget, kind: Rule['kind']): Rule | undefined {
  return rules.find((rule) => rule.kind === kind && rule.active && rule.scope === target.scope && rule.service === null)
}

/** Of a kind, the one that holds for this target though it is set for more than it. */
export function inheritedOf(rules: readonly Rule[], target: RuleTarget, kind: Rule['kind']): Rule | undefined {
  return rules
    .filter(
      (rule) => rule.kind === kind && rule.active && rule.service === null && NARROWNESS[rule.scope] < NARROWNESS[target.scope],
    )
    .sort((a, b) => NARROWNESS[b.scope] - NARROWNESS[a.scope])[0]
}

/** Where an inherited rule is set, in words. */
export function whereOf(rule: Rule): string {
  return rule.location?.title ?? rule.model?.name ?? 'everyone'
}

function isPeriod(value: unknown): value is { weekday: number; from: string; to: string } {
  return typeof value === 'object' && value !== null && 'weekday' in value && 'from' in value && 'to' in value
}

/** The periods of a rule of hours. */
export function periodsOf(rule: Rule | undefined): HoursPeriod[] {
  const periods = rule?.config.periods
  if (!Array.isArray(periods)) return []
  return periods.flatMap((value: unknown) => {
    const period = isPeriod(value)
      ? periodOf(value.weekday, value.from.replace('24:00', '00:00'), value.to.replace('24:00', '00:00'))
      : null
    return period ? [period] : []
  })
}

/** A number of a rule, as a field shows it. */
export function numberOf(rule: Rule | undefined, name: string): number | undefined {
  const value = rule?.config[name]
  return typeof value === 'number' ? value : undefined
}
