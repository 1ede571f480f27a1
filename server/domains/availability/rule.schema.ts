import { z } from 'zod'
import type { RuleConfigs, RuleKind } from '#db/tables/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { code, flag, id, listOf, oneOrMore, optional, pageInput, text, timestamp, version } from '#server/trpc/fields.ts'
import { clockText, dayOf } from './wall-clock.ts'

export const RULE_KINDS = ['hours', 'blackout', 'notice', 'step', 'limits', 'buffers'] as const satisfies readonly RuleKind[]
export const SCOPES = ['global', 'location', 'model'] as const

/** A wall-clock time such as 09:30; 24:00 is the end of the day. */
export const clock = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'is a time such as 09:30')
/** A day such as 2026-12-25 that exists. */
export const day = z
  .string()
  .regex(/^20\d\d-\d\d-\d\d$/, 'is a day such as 2026-12-25')
  .refine((value) => {
    const at = Date.parse(`${value}T00:00:00Z`)
    return Number.isFinite(at) && new Date(at).toISOString().startsWith(value)
  }, 'is not a day of the calendar')

const minutes = (least: number, most: number) =>
  z.number('is a whole number of minutes').int('is a whole number of minutes').min(least).max(most)
const count = z.number().int().min(1).max(100).nullable().optional()

/** One period of a weekday; `to` at or before `from` is on the next day. */
const period = z.strictObject({ weekday: z.number().int().min(1).max(7), from: clock, to: clock })

/** What a rule of each kind says, as people write it. */
export const CONFIGS = {
  hours: z.strictObject({ periods: z.array(period).max(70) }),
  blackout: z.strictObject({ from: day, to: day, yearly: z.boolean().default(false) }),
  notice: z.strictObject({ minutes: minutes(1, 60 * 1440) }),
  step: z.strictObject({ minutes: minutes(5, 720) }),
  limits: z.strictObject({
    minutesPerDay: minutes(1, 1440).nullable().optional(),
    bookingsPerDay: count,
    bookingsPerWeek: count,
    restMinutes: minutes(1, 1440).nullable().optional(),
  }),
  buffers: z.strictObject({ before: minutes(0, 480), after: minutes(0, 480) }),
} as const

const config = z.union([CONFIGS.hours, CONFIGS.blackout, CONFIGS.step, CONFIGS.notice, CONFIGS.buffers, CONFIGS.limits])
const title = text(120)

export const listRulesInput = z.strictObject({
  ...pageInput,
  sort: z.string().max(20).default('createdAt'),
  scope: oneOrMore(z.enum(SCOPES)),
  kind: oneOrMore(z.enum(RULE_KINDS)),
  modelId: id.optional(),
  /** Slug. */
  location: code.optional(),
  active: flag,
})
export type ListRulesInput = z.output<typeof listRulesInput>
export const createRuleInput = z.strictObject({
  scope: z.enum(SCOPES),
  modelId: optional(id),
  location: optional(code),
  kind: z.enum(RULE_KINDS),
  /** Code of a service: buffers only. */
  service: optional(code),
  title: title.default(''),
  config,
  active: z.boolean().default(true),
})
export type CreateRuleInput = z.output<typeof createRuleInput>
export const updateRuleInput = z.strictObject({
  id,
  version,
  title: title.optional(),
  config: config.optional(),
  active: z.boolean().optional(),
})
export type UpdateRuleInput = z.output<typeof updateRuleInput>
export const byId = z.strictObject({ id })

export const ruleOut = z.object({
  id: z.string(),
  scope: z.enum(SCOPES),
  kind: z.enum(RULE_KINDS),
  model: z.object({ id: z.string(), name: z.string() }).nullable(),
  location: z.object({ slug: z.string(), title: z.string() }).nullable(),
  service: z.object({ code: z.string(), name: z.string() }).nullable(),
  title: z.string(),
  /** As it was written: times as 09:30, days as 2026-12-25. */
  config: z.record(z.string(), z.unknown()),
  /** The rule in one sentence. */
  text: z.string(),
  active: z.boolean(),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export const ruleList = listOf(ruleOut)
export const gone = z.object({ id: z.string() })

const wrong = (path: string, message: string) =>
  new AppError('invalid', message, { errors: [{ path: `config.${path}`, message }] })

/** What was written as it is kept; throws `invalid` for a shape of another kind or one that says nothing. */
export function keptConfig<K extends RuleKind>(kind: K, written: unknown): RuleConfigs[K]
export function keptConfig(kind: RuleKind, written: unknown): RuleConfigs[RuleKind] {
  const parsed = CONFIGS[kind].safeParse(written)
  if (!parsed.success) {
    throw new AppError('invalid', `This is not what a rule of ${kind} says.`, {
      errors: parsed.error.issues.map((issue) => ({ path: ['config', ...issue.path].join('.'), message: issue.message })),
    })
  }
  const said = parsed.data
  if ('periods' in said) return { periods: said.periods.map(keptPeriod).sort(byTime).map(requireApart) }
  if ('yearly' in said) return keptBlackout(said)
  if (kind === 'step' && 'minutes' in said && 1440 % said.minutes !== 0) {
    throw wrong('minutes', 'must divide a day, such as 15, 20, 30 or 60')
  }
  if (kind === 'limits' && Object.values(said).every((value) => value === null || value === undefined)) {
    throw wrong('bookingsPerDay', 'Set at least one limit.')
  }
  return said
}

/** Minutes since midnight of 09:30. */
export function minuteOf(written: string): number {
  return Number(written.slice(0, 2)) * 60 + Number(written.slice(3))
}

/** Minutes since midnight; an end at or before the start is on the next day. Throws `invalid` for a start at 24:00. */
export function stretchOf(from: string, to: string): { from: number; to: number } {
  const [start, end] = [minuteOf(from), minuteOf(to)]
  if (start === 1440) throw invalid('from', 'must be before 24:00')
  return { from: start, to: end > start ? end : end + 1440 }
}

function keptPeriod({ weekday, from, to }: z.output<typeof period>) {
  return { weekday, ...stretchOf(from, to) }
}

type Kept = ReturnType<typeof keptPeriod>
const byTime = (a: Kept, b: Kept) => a.weekday - b.weekday || a.from - b.from

function requireApart(one: Kept, index: number, all: readonly Kept[]): Kept {
  const next = all[index + 1]
  if (next && next.weekday === one.weekday && next.from < one.to) throw wrong('periods', 'Two periods of one day overlap.')
  return one
}

function keptBlackout(said: z.output<typeof CONFIGS.blackout>): RuleConfigs['blackout'] {
  const days = dayOf(said.to) - dayOf(said.from) + 1
  if (days < 1) throw wrong('to', 'must not be before the first day')
  if (days > 366) throw wrong('to', 'A blackout lasts at most a year.')
  return said
}

/** Kept periods as they are written. */
export function writtenConfig(kind: RuleKind, config: RuleConfigs[RuleKind]): Record<string, unknown> {
  if (kind !== 'hours') return { ...config }
  const { periods } = config as RuleConfigs['hours']
  return {
    periods: periods.map(({ weekday, from, to }) => ({
      weekday,
      from: clockText(from),
      to: to === 1440 ? '24:00' : clockText(to),
    })),
  }
}
