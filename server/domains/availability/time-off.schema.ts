import { z } from 'zod'
import { id, instant, listOf, pageInput, person, piiText, text, timestamp } from '#server/trpc/fields.ts'

/** A row of the ledger is at most this long. */
const MOST_DAYS = 14
const problem = (start: Date | undefined, end: Date | undefined): string | null => {
  if (!start || !end) return null
  if (end <= start) return 'must be after the start'
  return end.getTime() - start.getTime() > MOST_DAYS * 86_400_000
    ? `time off lasts at most ${MOST_DAYS} days; enter a longer one in parts`
    : null
}
const requireOrder = (value: { start?: Date | undefined; end?: Date | undefined }, check: z.core.$RefinementCtx): void => {
  const message = problem(value.start, value.end)
  if (message !== null) check.addIssue({ code: 'custom', path: ['end'], message })
}

export const listTimeOffInput = z.strictObject({
  ...pageInput,
  sort: z.enum(['start', '-start']).default('start'),
  modelId: id.optional(),
  /** Whatever reaches into [from, to). */
  from: instant.optional(),
  to: instant.optional(),
})
export type ListTimeOffInput = z.output<typeof listTimeOffInput>
export const addTimeOffInput = z
  .strictObject({ modelId: id, start: instant, end: instant, reason: text(500).default('') })
  .superRefine(requireOrder)
export type AddTimeOffInput = z.output<typeof addTimeOffInput>
export const moveTimeOffInput = z
  .strictObject({ id, start: instant.optional(), end: instant.optional(), modelId: id.optional(), reason: text(500).optional() })
  .superRefine(requireOrder)
export type MoveTimeOffInput = z.output<typeof moveTimeOffInput>
export const byTimeOffId = z.strictObject({ id })

export const timeOffOut = z.object({
  id: z.string(),
  model: z.object({ id: z.string(), name: z.string() }),
  start: timestamp,
  end: timestamp,
  reason: piiText(),
  /** False once it was given back. */
  active: z.boolean(),
  createdAt: timestamp,
  updatedAt: timestamp,
  by: person.nullable(),
})
export type TimeOffOut = z.input<typeof timeOffOut>
export const timeOffList = listOf(timeOffOut)
export { problem as timeOffProblem }
