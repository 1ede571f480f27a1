import type { BookingStatus } from '#db/tables/index.ts'
import { readPolicy, refundSteps } from '#server/domains/refund-policies/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { CheckoutOut, CheckoutStatus } from './checkout.schema.ts'
import { isPaid, isPayable, type Link, requireLink } from './read-checkout.ts'

/** What the page of a payment link shows now. Throws `not_found` for every link that opens nothing. */
export async function readCheckout(ctx: CallCtx, token: string): Promise<CheckoutOut> {
  const link = await requireLink(ctx, token)
  const { booking } = link
  const state = stateOf(link)
  const waits = ['preparing', 'open', 'authenticate'].includes(state)
  const money = (amount: number) => ({ amount, currency: link.amount.currency })
  const paid = booking.paid.amount + (isPaid(link) ? 0 : link.amount.amount)
  return {
    state,
    purpose: link.purpose,
    version: link.changedAt.getTime(),
    booking: {
      ref: booking.ref,
      status: STANDING[booking.status],
      model: booking.modelName,
      services: link.services,
      start: booking.startsAt,
      end: booking.endsAt,
      place: { title: booking.location, zone: booking.zone },
      callType: booking.callType,
    },
    amount: link.amount,
    price: booking.price,
    left: money(Math.max(0, booking.price.amount - paid)),
    heldUntil: waits ? link.expiresAt : null,
    problem: waits && link.status === 'failed' ? problemOf(link.failure?.code ?? '') : null,
    givesBack: waits || mayCancel(link) ? await givesBack(ctx, link, paid) : [],
    refunded: money(link.givenBack),
    mayCancel: mayCancel(link),
    simulated: link.provider.mode === 'simulator',
    cardsMissing: link.provider.mode !== 'simulator' && link.provider.publishableKey === null,
    stripe: forStripe(link),
  }
}

const STANDING: Record<BookingStatus, CheckoutOut['booking']['status']> = {
  draft: 'held',
  pending: 'held',
  deposit_required: 'held',
  confirmed: 'confirmed',
  in_progress: 'under_way',
  completed: 'over',
  no_show: 'over',
  cancelled: 'cancelled',
  expired: 'cancelled',
}

function stateOf(link: Link): CheckoutStatus {
  if (isPaid(link)) {
    if (link.wasLate || link.booking.status === 'expired') return 'late'
    if (link.booking.status === 'cancelled') return 'cancelled'
    return link.givenBack > 0 ? 'refunded' : 'paid'
  }
  if (link.isProcessing) return 'processing'
  if (link.phase === 'preparing') return 'preparing'
  return link.phase === 'action' ? 'authenticate' : 'open'
}

/** Whether the client may still cancel by this link: paid, confirmed and not begun. */
export function mayCancel(link: Link): boolean {
  return isPaid(link) && link.booking.status === 'confirmed' && link.booking.startsAt > link.now
}

async function givesBack(ctx: CallCtx, { booking, now, policyVersion }: Link, paid: number): Promise<CheckoutOut['givesBack']> {
  const policy = await readPolicy(ctx.db, policyVersion)
  return refundSteps(policy, paid, booking.startsAt, now).map((step) => ({
    until: step.until,
    percent: step.basisPoints / 100,
    amount: { amount: step.amount, currency: booking.price.currency },
  }))
}

/** Only while a card may be shown, and only with Stripe itself: the secret lets its holder pay this and nothing else. */
function forStripe(link: Link): CheckoutOut['stripe'] {
  const { publishableKey, clientSecret, mode } = link.provider
  if (mode === 'simulator' || publishableKey === null || clientSecret === null || !isPayable(link)) return null
  return { publishableKey, clientSecret }
}

/**
 * Why a card was not taken, in words for who paid. The bank's own reason is told only where it helps: that a card was
 * reported stolen is nobody's to read here. Source: Stripe's list of decline codes.
 */
function problemOf(code: string): string {
  switch (code) {
    case 'insufficient_funds':
      return 'There is not enough money on this card.'
    case 'expired_card':
      return 'This card has expired.'
    case 'incorrect_cvc':
    case 'invalid_cvc':
      return 'The security code of the card was not right.'
    case 'authentication_required':
    case 'payment_intent_authentication_failure':
      return 'The bank’s question was not answered, or answered with no.'
    case 'processing_error':
      return 'The bank could not be asked. Try again in a moment.'
    default:
      return 'The bank declined this card. Try another one, or ask your bank.'
  }
}
