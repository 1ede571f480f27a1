import { z } from 'zod'
import { bookingOut } from '#server/domains/bookings/index.ts'
import {
  id,
  instant,
  listOf,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiReference,
  positiveMoney,
  text,
  timestamp,
} from '#server/trpc/fields.ts'

export const PAYMENT_STATES = [
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'cancelled',
  'partly_refunded',
  'refunded',
  'disputed',
] as const

export const recordPaymentInput = z.strictObject({
  /** The booking. */
  id,
  type: z.enum(['deposit', 'full', 'refund']),
  amount: positiveMoney,
  method: z.enum(['cash', 'bank_transfer', 'card_terminal', 'other']),
  reference: optional(text(200)),
})
export type RecordPaymentInput = z.output<typeof recordPaymentInput>

export const depositIntentInput = z.strictObject({
  /** The booking. */
  id,
  /** What is missing of its deposit unless given. */
  amount: optional(positiveMoney),
  /** Until when the link takes money; the end of the hold unless given. */
  deadline: optional(instant),
})
export const onePayment = z.strictObject({ id })
export const refundInput = z.strictObject({
  id,
  /** All that is left of it unless given. */
  amount: optional(positiveMoney),
  reason: text(500, 3),
})

const filters = {
  bookingId: id.optional(),
  type: oneOrMore(z.enum(['deposit', 'full', 'refund'])),
  status: oneOrMore(z.enum(PAYMENT_STATES)),
  provider: oneOrMore(z.enum(['manual', 'stripe'])),
  method: oneOrMore(z.enum(['cash', 'bank_transfer', 'card_terminal', 'other'])),
  from: instant.optional(),
  to: instant.optional(),
}
export const totalsInput = z.strictObject(filters)
export type PaymentFilters = z.output<typeof totalsInput>
export const totalsOut = z.object({
  /** What is added up: since when, until when. */
  from: nullableTimestamp,
  to: nullableTimestamp,
  groups: z.array(
    z.object({
      type: z.enum(['deposit', 'full', 'refund']),
      status: z.enum(PAYMENT_STATES),
      count: z.number(),
      amount: z.object({ amount: z.number(), currency: z.string() }),
    }),
  ),
})

export const listPaymentsInput = z.strictObject({
  ...pageInput,
  ...filters,
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListPaymentsInput = z.output<typeof listPaymentsInput>

export const paymentOut = z.object({
  id: z.string(),
  ref: z.string(),
  status: z.enum(PAYMENT_STATES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  bookingId: z.string(),
  bookingRef: z.string(),
  type: z.enum(['deposit', 'full', 'refund']),
  provider: z.enum(['manual', 'stripe']),
  method: z.string().nullable(),
  amount: z.object({ amount: z.number(), currency: z.string() }),
  reference: piiReference(),
  purpose: z.enum(['deposit', 'balance', 'difference']).nullable(),
  /** Whose money moves: real, Stripe's test mode, or the local stand-in; null for what a person wrote down. */
  mode: z.enum(['live', 'test', 'simulator']).nullable(),
  refunded: z.object({ amount: z.number(), currency: z.string() }),
  /** Of a refund: the payment it gives back, and why. */
  refundOf: z.string().nullable(),
  reason: piiReference(),
  failure: z.object({ code: z.string(), text: z.string() }).nullable(),
  expiresAt: timestamp.nullable(),
  disputeDueAt: timestamp.nullable(),
  settledAt: timestamp.nullable(),
  recordedBy: person.nullable(),
})
export const depositLinkOut = paymentOut.extend({ url: z.string() })
export const paymentList = listOf(paymentOut)
export const recordedOut = paymentOut.extend({ booking: bookingOut.nullable() })
