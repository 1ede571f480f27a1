import type { BookingStatus, PaymentPurpose, PaymentState, ProviderMode } from '#db/tables/index.ts'
import { hashOf } from '#server/auth/sessions.ts'
import type { Ctx } from '#server/context.ts'
import { notFound } from '#server/errors.ts'
import { clientSecretPlace } from './request-deposit.ts'

/**
 * What the page of a payment shows. `preparing`: the provider has not answered yet. `ready`: can be paid. `action`: the
 * bank asks. `failed`: another card may be tried. `late`: was paid, but too late; the money goes back.
 */
export type CheckoutPhase = 'preparing' | 'ready' | 'action' | 'failed' | 'paid' | 'expired' | 'cancelled' | 'refunded' | 'late'

export interface CheckoutState {
  paymentId: string
  ref: string
  version: number
  status: PaymentState
  phase: CheckoutPhase
  purpose: PaymentPurpose
  amount: { amount: number; currency: string }
  refunded: { amount: number; currency: string }
  /** Until when it can be paid; the hold ends then. */
  expiresAt: Date | null
  /** By the server's clock, for the countdown. */
  now: Date
  failure: { code: string; text: string } | null
  booking: {
    id: string
    ref: string
    status: BookingStatus
    modelName: string
    location: string
    zone: string
    callType: 'incall' | 'outcall'
    startsAt: Date
    endsAt: Date
    price: { amount: number; currency: string }
    paid: { amount: number; currency: string }
  }
  provider: {
    mode: ProviderMode
    /** Opens this one payment to the browser; null until the provider has answered, and when nothing is left to pay. */
    clientSecret: string | null
    publishableKey: string | null
    /** The stand-in's address; null with Stripe. */
    simulatorUrl: string | null
  }
}

/** The true state of the payment whose link this is. Throws `not_found` for a link that is none of ours. */
export async function checkoutState(
  ctx: Pick<Ctx, 'db' | 'clock' | 'secrets' | 'provider'>,
  token: string,
): Promise<CheckoutState> {
  const row = await ctx.db
    .selectFrom('payments as p')
    .innerJoin('bookings as b', 'b.id', 'p.booking_id')
    .innerJoin('models as m', 'm.id', 'b.model_id')
    .innerJoin('locations as l', 'l.id', 'b.location_id')
    .select([
      'p.id',
      'p.ref',
      'p.version',
      'p.status',
      'p.purpose',
      'p.amount',
      'p.currency',
      'p.refunded_amount',
      'p.expires_at',
      'p.failure_code',
      'p.failure_text',
      'p.provider_mode',
      'p.sealed_client_secret',
      'b.id as booking_id',
      'b.ref as booking_ref',
      'b.status as booking_status',
      'b.call_type',
      'b.starts_at',
      'b.ends_at',
      'b.price_amount',
      'b.paid_amount',
      'b.currency as booking_currency',
      'm.name as model_name',
      'l.title as location',
      'l.zone',
    ])
    .where('p.token_hash', '=', hashOf(token))
    .executeTakeFirst()
  if (!row) throw notFound('payment')
  const now = ctx.clock.now()
  const phase = phaseOf({ ...row, now })
  const sealed = ['ready', 'action', 'failed'].includes(phase) ? row.sealed_client_secret : null
  return {
    paymentId: row.id,
    ref: row.ref,
    version: row.version,
    status: row.status,
    phase,
    purpose: row.purpose ?? 'deposit',
    amount: { amount: row.amount, currency: row.currency },
    refunded: { amount: row.refunded_amount, currency: row.currency },
    expiresAt: row.expires_at,
    now,
    failure: row.failure_code === null ? null : { code: row.failure_code, text: row.failure_text ?? '' },
    booking: {
      id: row.booking_id,
      ref: row.booking_ref,
      status: row.booking_status,
      modelName: row.model_name,
      location: row.location,
      zone: row.zone,
      callType: row.call_type,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
      price: { amount: row.price_amount, currency: row.booking_currency },
      paid: { amount: row.paid_amount, currency: row.booking_currency },
    },
    provider: {
      mode: row.provider_mode ?? 'simulator',
      clientSecret: sealed === null ? null : ctx.secrets.open(clientSecretPlace(row.id), sealed),
      publishableKey: ctx.provider?.publishableKey ?? null,
      simulatorUrl: ctx.provider?.simulatorUrl ?? null,
    },
  }
}

interface PhaseFacts {
  status: PaymentState
  purpose: PaymentPurpose | null
  booking_status: BookingStatus
  expires_at: Date | null
  sealed_client_secret: string | null
  now: Date
}

function phaseOf(facts: PhaseFacts): CheckoutPhase {
  const isOver = ['cancelled', 'expired'].includes(facts.booking_status)
  switch (facts.status) {
    case 'succeeded':
    case 'partly_refunded':
    case 'disputed':
      return isOver ? 'late' : 'paid'
    case 'refunded':
      return 'refunded'
    case 'cancelled':
      return 'cancelled'
    default:
  }
  if (facts.booking_status === 'cancelled') return 'cancelled'
  if (facts.booking_status === 'expired' || (facts.expires_at !== null && facts.expires_at <= facts.now)) return 'expired'
  if (facts.sealed_client_secret === null) return 'preparing'
  if (facts.status === 'requires_action') return 'action'
  return facts.status === 'failed' ? 'failed' : 'ready'
}
