import { z } from 'zod'
import { linkToken } from '#server/auth/link-token.ts'
import { PAYMENT_STATES } from '#server/domains/payments/index.ts'
import { id, MAX_AMOUNT, nullableTimestamp, parsedInstant, positiveMoney, timestamp, version } from '#server/trpc/fields.ts'

const money = z.object({ amount: z.number(), currency: z.string() })

/**
 * Where a payment stands for who pays it. `preparing`: the provider has not heard of it yet. `open`: a card may be shown.
 * `authenticate`: the bank asks its customer. `processing`: the provider has the card and has not decided. `paid`;
 * `late`: it arrived after the time was given to somebody else and is on its way back. `refunded`: all or a part.
 * `cancelled`: it was paid, and its booking was cancelled since.
 */
export const CHECKOUT_STATES = [
  'preparing',
  'open',
  'authenticate',
  'processing',
  'paid',
  'late',
  'refunded',
  'cancelled',
] as const
export type CheckoutStatus = (typeof CHECKOUT_STATES)[number]

export const byToken = z.strictObject({ token: linkToken })

/** Test cards of the simulator; no card number is ever typed into Virel. */
export const TEST_CARDS = ['success', 'decline', 'authenticate', 'late'] as const
export type TestCard = (typeof TEST_CARDS)[number]
export const testCardInput = z.strictObject({ token: linkToken, card: z.enum(TEST_CARDS) })
export const testBankInput = z.strictObject({ token: linkToken, answer: z.enum(['approve', 'refuse']) })

/** What the page of a payment link shows. Nothing of the client: the link may be forwarded. */
export const checkoutOut = z.object({
  state: z.enum(CHECKOUT_STATES),
  purpose: z.enum(['deposit', 'balance', 'difference']),
  /** Another one after each change: a page that has sent a card knows the answer from what was before. */
  version: z.number(),
  booking: z.object({
    ref: z.string(),
    status: z.enum(['held', 'confirmed', 'under_way', 'over', 'cancelled']),
    model: z.string(),
    services: z.array(z.string()),
    start: timestamp,
    end: timestamp,
    place: z.object({ title: z.string(), zone: z.string() }),
    callType: z.enum(['incall', 'outcall']),
  }),
  amount: money,
  /** The price of the whole booking, and what of it is left after this payment. */
  price: money,
  left: money,
  /** Until when the time is held for this payment; null once it is not a matter of time. */
  heldUntil: nullableTimestamp,
  /** Why the last try did not work, in the payer's words. */
  problem: z.string().nullable(),
  /** What cancelling gives back of this payment, the earliest first; `until` null: from then on. */
  givesBack: z.array(z.object({ until: nullableTimestamp, percent: z.number(), amount: money })),
  refunded: money,
  mayCancel: z.boolean(),
  /** The simulator stands in for the provider: no money moves. */
  simulated: z.boolean(),
  /** Keys to take money are there, the one a browser needs is not: no card can be typed here. */
  cardsMissing: z.boolean(),
  /** What the provider's own form needs, while a card may be shown. */
  stripe: z.object({ publishableKey: z.string(), clientSecret: z.string() }).nullable(),
})
export type CheckoutOut = z.input<typeof checkoutOut>

// --- for who works the booking -----------------------------------------------------------------------------------------

export const makeLinkInput = z
  .strictObject({
    /** The booking. */
    id,
    version,
    amount: positiveMoney.optional(),
    /** Of the price. */
    percent: z.number().int().min(1).max(100).optional(),
    /** Until when the time is held; the agency's setting by default. */
    deadline: parsedInstant.optional(),
  })
  .refine((value) => value.amount === undefined || value.percent === undefined, {
    path: ['percent'],
    message: 'give either an amount or a percentage',
  })
export type MakeLinkInput = z.output<typeof makeLinkInput>
export const ofBooking = z.strictObject({ id })
export const ofPayment = z.strictObject({ paymentId: id })

const linkFields = {
  paymentId: z.string(),
  paymentRef: z.string(),
  bookingId: z.string(),
  purpose: z.enum(['deposit', 'balance', 'difference']),
  status: z.enum(PAYMENT_STATES),
  amount: money,
  expiresAt: nullableTimestamp,
  createdAt: timestamp,
}
/** Without the address: what is answered under an Idempotency-Key is kept. */
export const madeLinkOut = z.object(linkFields)
export const linkOut = z.object({
  ...linkFields,
  /** The address to hand to the client; null once it opens nothing. Whoever has it can pay and cancel. */
  url: z.string().nullable(),
  problem: z.string().nullable(),
  lastSentAt: nullableTimestamp,
  /** The client has an address it can be sent to. */
  maySend: z.boolean(),
})
export const linksOut = z.object({ items: z.array(linkOut) })
export type LinkOut = z.input<typeof linkOut>

export const sentOut = z.object({ sent: z.literal(true) })

export const cancelInput = z.strictObject({
  token: linkToken,
  /** What the page said it gives back, minor units: if it is something else by now nothing is cancelled. */
  expected: z.number().int().min(0).max(MAX_AMOUNT),
})
export const cancelPreviewOut = z.object({
  mayCancel: z.boolean(),
  simulated: z.boolean(),
  bookingRef: z.string(),
  model: z.string(),
  zone: z.string(),
  startsAt: timestamp,
  at: timestamp,
  paid: money,
  steps: z.array(z.object({ until: nullableTimestamp, percent: z.number(), gives: money })),
})
export type CancelPreviewOut = z.input<typeof cancelPreviewOut>
