import { z } from 'zod'
import { bookingOut } from '#server/domains/bookings/index.ts'
import {
  id,
  listOf,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiReference,
  positiveMoney,
  text,
  timestamp,
} from '#server/trpc/fields.ts'

export const recordPaymentInput = z.strictObject({
  /** The booking. */
  id,
  type: z.enum(['deposit', 'full', 'refund']),
  amount: positiveMoney,
  method: z.enum(['cash', 'bank_transfer', 'card_terminal', 'other']),
  reference: optional(text(200)),
})
export type RecordPaymentInput = z.output<typeof recordPaymentInput>

export const listPaymentsInput = z.strictObject({
  ...pageInput,
  bookingId: id.optional(),
  type: oneOrMore(z.enum(['deposit', 'full', 'refund'])),
  status: oneOrMore(z.enum(['pending', 'succeeded', 'failed', 'cancelled'])),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListPaymentsInput = z.output<typeof listPaymentsInput>

export const paymentOut = z.object({
  id: z.string(),
  ref: z.string(),
  status: z.enum(['pending', 'succeeded', 'failed', 'cancelled']),
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
  recordedBy: person.nullable(),
})
export const paymentList = listOf(paymentOut)
export const recordedOut = paymentOut.extend({ booking: bookingOut.nullable() })
