import { z } from 'zod'
import { id, timestamp } from '#server/trpc/fields.ts'

const moneyOut = z.object({ amount: z.number(), currency: z.string() })
const nullableInstant = z
  .date()
  .nullable()
  .transform((value) => value?.toISOString() ?? null)

export const previewInput = z.strictObject({ id })
export const previewOut = z.object({
  bookingId: z.string(),
  bookingRef: z.string(),
  /** Of the booking: a later one may give back something else. */
  version: z.number(),
  startsAt: timestamp,
  at: timestamp,
  paid: moneyOut,
  policy: z.object({
    version: z.number(),
    name: z.string(),
    tiers: z.array(z.object({ hoursBefore: z.number(), basisPoints: z.number() })),
  }),
  causes: z.array(
    z.object({
      cause: z.enum(['client', 'agency', 'force_majeure']),
      basisPoints: z.number(),
      gives: moneyOut,
      keeps: moneyOut,
    }),
  ),
  /** For a client who cancels: the same amount until the end of each step. */
  steps: z.array(z.object({ from: timestamp, until: nullableInstant, basisPoints: z.number(), gives: moneyOut })),
})
export type PreviewOut = z.input<typeof previewOut>
