import { z } from 'zod'
import { flag, id, listOf, pageInput, piiText, text, timestamp, version } from '#server/trpc/fields.ts'
import { clock, day } from './rule.schema.ts'

const note = text(500)

export const listExceptionsInput = z.strictObject({
  ...pageInput,
  sort: z.string().max(20).default('day'),
  modelId: id.optional(),
  /** First and last day. */
  from: day.optional(),
  to: day.optional(),
  opens: flag,
})
export type ListExceptionsInput = z.output<typeof listExceptionsInput>
/** `to` at or before `from` is on the next day. A whole day is 00:00–24:00. */
export const createExceptionInput = z.strictObject({
  modelId: id,
  day,
  opens: z.boolean(),
  from: clock.default('00:00'),
  to: clock.default('24:00'),
  note: note.default(''),
})
export type CreateExceptionInput = z.output<typeof createExceptionInput>
export const updateExceptionInput = z.strictObject({
  id,
  version,
  day: day.optional(),
  opens: z.boolean().optional(),
  from: clock.optional(),
  to: clock.optional(),
  note: note.optional(),
})
export type UpdateExceptionInput = z.output<typeof updateExceptionInput>

export const exceptionOut = z.object({
  id: z.string(),
  model: z.object({ id: z.string(), name: z.string() }),
  day: z.string(),
  opens: z.boolean(),
  from: z.string(),
  to: z.string(),
  note: piiText(),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export const exceptionList = listOf(exceptionOut)
