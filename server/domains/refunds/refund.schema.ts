import { z } from 'zod'
import {
  id,
  listOf,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiText,
  piiTextOrNull,
  positiveMoney,
  text,
  timestamp,
} from '#server/trpc/fields.ts'

const moneyOut = z.object({ amount: z.number(), currency: z.string() })
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
  steps: z.array(z.object({ from: timestamp, until: nullableTimestamp, basisPoints: z.number(), gives: moneyOut })),
})
export type PreviewOut = z.input<typeof previewOut>

export const byId = z.strictObject({ id })
/** What giving back a payment comes to before it is done. */
export const optionsOut = z.object({
  paymentId: z.string(),
  paymentRef: z.string(),
  bookingId: z.string(),
  bookingRef: z.string(),
  bookingStatus: z.string(),
  provider: z.enum(['manual', 'stripe']),
  amount: moneyOut,
  left: moneyOut,
  /** What the policy would give back of what is left, were the client to cancel now. */
  byPolicy: moneyOut,
  policyVersion: z.number(),
  /** One person may decide up to this much more for this booking. */
  alone: moneyOut,
  waiting: z.string().nullable(),
})
export const requestRefundInput = z.strictObject({
  id,
  /** All that is left unless given. */
  amount: optional(positiveMoney),
  reason: text(500, 3),
})
export type RequestRefundInput = z.output<typeof requestRefundInput>
export const requestedOut = z.object({
  /** Given back at once: the refund. */
  refundId: z.string().nullable(),
  /** Waiting for a second person: the request. */
  requestId: z.string().nullable(),
  amount: moneyOut,
})
export const decideInput = z.strictObject({ id, approve: z.boolean(), note: optional(text(500)) })
export const handOverInput = z.strictObject({
  id,
  method: z.enum(['cash', 'bank_transfer', 'card_terminal', 'other']),
  reference: optional(text(200)),
})
export const dropInput = z.strictObject({ id, reason: text(500, 3) })

export const listRequestsInput = z.strictObject({
  ...pageInput,
  outcome: oneOrMore(z.enum(['waiting', 'approved', 'refused'])),
  bookingId: id.optional(),
  sort: z.enum(['requestedAt', '-requestedAt']).default('-requestedAt'),
})
export type ListRequestsInput = z.output<typeof listRequestsInput>
export const requestOut = z.object({
  id: z.string(),
  ref: z.string(),
  bookingId: z.string(),
  bookingRef: z.string(),
  paymentId: z.string(),
  paymentRef: z.string(),
  provider: z.enum(['manual', 'stripe']),
  kind: z.enum(['full', 'partial']),
  amount: moneyOut,
  byPolicy: moneyOut,
  reason: piiText(),
  requestedBy: person,
  requestedAt: timestamp,
  outcome: z.enum(['waiting', 'approved', 'refused']),
  decidedBy: person.nullable(),
  decidedAt: nullableTimestamp,
  note: piiTextOrNull(),
  /** Asked for by whoever reads this: somebody else decides. */
  mine: z.boolean(),
})
export const requestList = listOf(requestOut)
export const doneOut = z.object({ id: z.string() })
