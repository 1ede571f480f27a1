import { z } from 'zod'
import { id, instant, listOf, oneOrMore, pageInput, piiText, text, timestamp, version } from '#server/trpc/fields.ts'

export const SLOT_KINDS = ['available', 'unavailable', 'tentative'] as const
export const SLOT_SOURCES = ['manual', 'automation', 'sync'] as const
/** A slot and a look at slots are at most this long. */
export const MOST_DAYS = 31
const MOST_MS = MOST_DAYS * 86_400_000

const confidence = z.number().min(0).max(1)

export const listSlotsInput = z.strictObject({
  ...pageInput,
  sort: z.string().max(20).default('start'),
  modelId: id.optional(),
  kind: oneOrMore(z.enum(SLOT_KINDS)),
  source: oneOrMore(z.enum(SLOT_SOURCES)),
  /** Slots that reach into [from, to). */
  from: instant.optional(),
  to: instant.optional(),
})
export type ListSlotsInput = z.output<typeof listSlotsInput>

const endsLater = (value: { start?: Date | undefined; end?: Date | undefined }) =>
  !value.start || !value.end || value.end > value.start
const notTooLong = (value: { start?: Date | undefined; end?: Date | undefined }) =>
  !value.start || !value.end || value.end.getTime() - value.start.getTime() <= MOST_MS

export const createSlotInput = z
  .strictObject({
    modelId: id,
    kind: z.enum(SLOT_KINDS).default('available'),
    start: instant,
    end: instant,
    confidence: confidence.default(1),
    note: text(500).default(''),
  })
  .refine(endsLater, { path: ['end'], message: 'must be after the start' })
  .refine(notTooLong, { path: ['end'], message: `must be at most ${MOST_DAYS} days after the start` })
export type CreateSlotInput = z.output<typeof createSlotInput>
export const updateSlotInput = z.strictObject({
  id,
  version,
  kind: z.enum(SLOT_KINDS).optional(),
  start: instant.optional(),
  end: instant.optional(),
  confidence: confidence.optional(),
  note: text(500).optional(),
})
export type UpdateSlotInput = z.output<typeof updateSlotInput>

export const slotOut = z.object({
  id: z.string(),
  model: z.object({ id: z.string(), name: z.string() }),
  kind: z.enum(SLOT_KINDS),
  source: z.enum(SLOT_SOURCES),
  confidence: z.number(),
  start: timestamp,
  end: timestamp,
  note: piiText(),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
})
export const slotList = listOf(slotOut)
/** With the exception that keeps a recurring time away, when there had to be one. */
export const slotGone = z.object({ id: z.string(), exceptionId: z.string().nullable() })
