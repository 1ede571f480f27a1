import { z } from 'zod'
import { code, flag, id, listOf, nullableTimestamp, oneOrMore, pageInput, text, timestamp, version } from '#server/trpc/fields.ts'

export const MISMATCH_KINDS = [
  'booking_without_slot',
  'overlapping_slots',
  'slot_of_suspended',
  'missing_cover',
  'stale_calendar',
] as const
const severity = z.enum(['low', 'medium', 'high', 'critical'])

// --- inputs ----------------------------------------------------------------------------------------------------------

export const listMismatchesInput = z.strictObject({
  ...pageInput,
  kind: oneOrMore(z.enum(MISMATCH_KINDS)),
  severity: oneOrMore(severity),
  modelId: id.optional(),
  /** Slug. */
  location: code.optional(),
  /** Those that are mended too. */
  resolved: flag,
  sort: z.enum(['detectedAt', '-detectedAt']).default('-detectedAt'),
})
export type ListMismatchesInput = z.output<typeof listMismatchesInput>
export const fixInput = z.strictObject({ id, key: z.string().min(1).max(60) })

const minute = z.number().int().min(0).max(1_440)
const coverFields = {
  name: text(100, 1),
  /** Slug. */
  location: code,
  /** 1 is Monday, 7 is Sunday. */
  weekdays: z
    .array(z.number().int().min(1).max(7))
    .min(1)
    .max(7)
    .transform((days) => [...new Set(days)].sort()),
  /** Minutes since midnight of the place's wall clock; `to` that is not after `from` is on the day after. */
  from: minute.max(1_439),
  to: minute.min(1),
  needed: z.number().int().min(1).max(100),
}
export const createCoverInput = z.strictObject({ ...coverFields, active: z.boolean().default(true) })
export type CreateCoverInput = z.output<typeof createCoverInput>
export const updateCoverInput = z.strictObject({
  id,
  version,
  name: coverFields.name.optional(),
  weekdays: coverFields.weekdays.optional(),
  from: coverFields.from.optional(),
  to: coverFields.to.optional(),
  needed: coverFields.needed.optional(),
  active: z.boolean().optional(),
})
export type UpdateCoverInput = z.output<typeof updateCoverInput>
export const listCoverInput = z.strictObject({ ...pageInput, location: code.optional() })
export type ListCoverInput = z.output<typeof listCoverInput>
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

/** A way to mend it. `mismatches.fix` with its key does it; `open` is a page to look at. */
export const fixOut = z.object({
  key: z.string(),
  label: z.string(),
  action: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('open'), entity: z.enum(['booking', 'model', 'calendar', 'cover']), id: z.string() }),
    z.object({ kind: z.literal('add_slot'), modelId: z.string(), start: z.string(), end: z.string() }),
    z.object({ kind: z.literal('remove_slot'), slotId: z.string() }),
    z.object({ kind: z.literal('remove_slots'), modelId: z.string() }),
    z.object({ kind: z.literal('move_booking'), bookingId: z.string(), start: z.string(), end: z.string() }),
    z.object({ kind: z.literal('read_calendar'), calendarId: z.string() }),
  ]),
})
export const mismatchOut = z.object({
  id: z.string(),
  ref: z.string(),
  kind: z.enum(MISMATCH_KINDS),
  severity,
  model: z.object({ id: z.string(), name: z.string() }).nullable(),
  location: z.object({ slug: z.string(), title: z.string(), zone: z.string() }).nullable(),
  booking: z.object({ id: z.string(), ref: z.string() }).nullable(),
  calendarId: z.string().nullable(),
  coverRuleId: z.string().nullable(),
  from: nullableTimestamp,
  to: nullableTimestamp,
  summary: z.string(),
  expected: z.string(),
  actual: z.string(),
  fixes: z.array(fixOut),
  occurrences: z.number(),
  exception: z.object({ id: z.string(), ref: z.string(), status: z.string() }).nullable(),
  detectedAt: timestamp,
  resolvedAt: nullableTimestamp,
})
export type MismatchOut = z.input<typeof mismatchOut>
export const mismatchList = listOf(mismatchOut)
export const fixedOut = z.object({ mismatch: mismatchOut, done: z.string() })

export const coverOut = z.object({
  id: z.string(),
  name: z.string(),
  location: z.object({ slug: z.string(), title: z.string(), zone: z.string() }),
  weekdays: z.array(z.number()),
  from: z.number(),
  to: z.number(),
  needed: z.number(),
  active: z.boolean(),
  /** Days of the two weeks ahead on which it is not met. */
  missing: z.number(),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export const coverList = listOf(coverOut)
export const coverGone = z.object({ id: z.string() })
