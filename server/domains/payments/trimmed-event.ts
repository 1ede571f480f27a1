import type Stripe from 'stripe'
import { z } from 'zod'

/**
 * An event without what it says of people (names, addresses, cards): the fields that payments are decided by, and no
 * others, so that the inbox holds nothing to erase.
 */
const idText = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)])
const object = z.object({
  id: z.string().max(255),
  object: z.string().max(60),
  amount: z.number().optional(),
  amount_received: z.number().nullish(),
  amount_refunded: z.number().nullish(),
  currency: z.string().max(3).optional(),
  status: z.string().max(60).nullish(),
  reason: z.string().max(100).nullish(),
  payment_intent: idText.nullish(),
  charge: idText.nullish(),
  latest_charge: idText.nullish(),
  last_payment_error: z
    .object({
      code: z.string().max(100).nullish(),
      decline_code: z.string().max(100).nullish(),
      message: z
        .string()
        .transform((text) => text.slice(0, 500))
        .nullish(),
    })
    .nullish(),
  evidence_details: z.object({ due_by: z.number().nullish() }).nullish(),
  metadata: z
    .object({
      virel_payment: z.string().max(60).optional(),
      virel_refund: z.string().max(60).optional(),
    })
    .nullish(),
})
export type EventObject = z.output<typeof object>

export interface TrimmedEvent {
  objectId: string | null
  intentId: string | null
  payload: EventObject | Record<string, never>
}

/** Undefined when it is no event at all; one about something unknown has no payload. */
export function trimmed(event: Stripe.Event): TrimmedEvent | undefined {
  if (typeof event.id !== 'string' || typeof event.type !== 'string' || typeof event.created !== 'number') return undefined
  const parsed = object.safeParse(event.data?.object)
  if (!parsed.success) return { objectId: null, intentId: null, payload: {} }
  const { id, object: kind, payment_intent: intent } = parsed.data
  const intentId = kind === 'payment_intent' ? id : (intent ?? null)
  const known = ['payment_intent', 'charge', 'refund', 'dispute'].includes(kind)
  return { objectId: id, intentId: known ? intentId : null, payload: parsed.data }
}

/** What was stored, as it was stored. */
export function storedObject(payload: unknown): EventObject | undefined {
  return object.safeParse(payload).data
}
