import type { PaymentState } from '#db/tables/index.ts'
import { type LockedBooking, reholdForPayment } from '#server/domains/bookings/index.ts'
import { advance } from '#server/lifecycle/advance.ts'
import { pathBetween } from '#server/lifecycle/lifecycle.ts'
import type { Tx } from '#server/transact.ts'
import { paymentLiving } from './payment.lifecycle.ts'
import { paymentLifecycle } from './payment.machine.ts'
import { type LockedPayment, RECEIVED, updatePayment } from './payment.repository.ts'
import {
  closeFailure,
  reportDispute,
  reportFailed,
  reportOverpaid,
  reportUnconfirmable,
  settleDispute,
} from './payment-reports.ts'
import { postDisputes, postPaid } from './post-money.ts'
import { needsAsking, openDisputeOf, type ProviderFacts, refundedBy, STATE_OF } from './provider-facts.ts'
import { refundLate } from './refund-late.ts'
import { settleRefunds } from './settle-refunds.ts'
import { carryIntoBooking, confirmPaid } from './take-money.ts'

/** The provider tells of a refund in several events; the rest of them come first. */
const SOON_MS = 10_000

/** How far a settlement may go; the second try after a refused confirmation takes the money and asks a person. */
export interface SettleOptions {
  /** Why the booking can't be confirmed though it is paid; null on the first try. */
  unconfirmable?: string
}

/**
 * Brings a payment, its refunds, its booking and the inquiry to what the provider has said, in the caller's transaction.
 * Saying the same again changes nothing. Booking and payment are locked, in this order.
 */
export async function settlePayment(
  tx: Tx,
  locked: { booking: LockedBooking; payment: LockedPayment },
  facts: ProviderFacts,
  { unconfirmable }: SettleOptions = {},
): Promise<void> {
  let { booking, payment } = locked
  updatePayment(tx, payment.id, { provider_facts: JSON.stringify(facts) })
  if (needsAsking(facts)) askProvider(tx, payment)
  const wasReceived = RECEIVED.includes(payment.status)
  const { intent } = facts
  if (intent && !wasReceived) payment = await followIntent(tx, payment, facts)
  if (RECEIVED.includes(payment.status) && !wasReceived) {
    postPaid(tx, payment)
    booking = await carryIntoBooking(tx, booking)
    booking = await receive(tx, booking, payment, unconfirmable)
  }
  if (payment.status === 'failed' && locked.payment.status !== 'failed') await reportFailed(tx, booking, payment)
  if (RECEIVED.includes(payment.status)) {
    await settleRefunds(tx, booking, payment, facts)
    postDisputes(tx, payment, facts)
    payment = await followRefunds(tx, payment, facts)
    await carryIntoBooking(tx, booking)
    if (payment.status === 'disputed' && locked.payment.status !== 'disputed') await reportDispute(tx, booking, payment, facts)
    if (payment.status !== 'disputed' && locked.payment.status === 'disputed') await settleDispute(tx, payment, facts)
  }
}

/** A job asks the provider how it stands, once what is on its way has come. */
function askProvider(tx: Tx, payment: LockedPayment): void {
  tx.event({
    type: 'payment.updated',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    payload: { fields: ['provider'] },
    timers: [
      {
        key: `payment-check:${payment.id}`,
        task: 'payment-check',
        runAt: new Date(tx.now.getTime() + SOON_MS).toISOString(),
        payload: { paymentId: payment.id },
      },
    ],
  })
}

/** Before the money is there: pending, asked, failed, cancelled, succeeded. */
async function followIntent(tx: Tx, payment: LockedPayment, facts: ProviderFacts): Promise<LockedPayment> {
  const { intent } = facts
  if (!intent) return payment
  const columns = {
    failure_code: intent.status === 'failed' ? intent.failureCode : null,
    failure_text: intent.status === 'failed' ? (intent.failureText?.slice(0, 500) ?? null) : null,
    charge_id: intent.status === 'succeeded' ? intent.chargeId : payment.charge_id,
    // What was received counts, not what was asked for.
    amount: intent.status === 'succeeded' && intent.received > 0 ? intent.received : payment.amount,
    settled_at: intent.status === 'succeeded' ? tx.now : payment.settled_at,
  }
  const target = STATE_OF[intent.status]
  if (target === payment.status || payment.status === 'cancelled') return payment
  updatePayment(tx, payment.id, columns)
  return walk(tx, { ...payment, ...columns }, target)
}

/** After: what was given back or is fought over. */
async function followRefunds(tx: Tx, payment: LockedPayment, facts: ProviderFacts): Promise<LockedPayment> {
  const dispute = openDisputeOf(facts)
  const columns = {
    refunded_amount: Math.min(refundedBy(facts), payment.amount),
    dispute_due_at: dispute ? new Date((dispute.dueBy ?? 0) * 1_000) : null,
  }
  if (
    columns.refunded_amount === payment.refunded_amount &&
    columns.dispute_due_at?.getTime() === payment.dispute_due_at?.getTime()
  ) {
    return payment
  }
  updatePayment(tx, payment.id, columns)
  const target = dispute
    ? 'disputed'
    : columns.refunded_amount === 0
      ? 'succeeded'
      : columns.refunded_amount < payment.amount
        ? 'partly_refunded'
        : 'refunded'
  return walk(tx, { ...payment, ...columns }, target)
}

/** Each step by the machine. From refunded to a smaller part there may be more than one. */
export async function walk(tx: Tx, payment: LockedPayment, target: PaymentState): Promise<LockedPayment> {
  let row = payment
  for (const newStatus of payment.status === target ? [] : (pathBetween(paymentLifecycle, payment.status, target) ?? [])) {
    ;({ row } = await advance(tx, paymentLiving, row, { newStatus }))
  }
  return row
}

/** The money is there: what becomes of the booking. */
async function receive(
  tx: Tx,
  booking: LockedBooking,
  payment: LockedPayment,
  unconfirmable: string | undefined,
): Promise<LockedBooking> {
  const money = { amount: payment.amount, currency: payment.currency }
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: payment.purpose === 'deposit' ? 'Deposit paid' : 'Paid',
    data: { paymentId: payment.id, ...money },
  })
  tx.event({
    type: 'payment.succeeded',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    payload: { bookingId: booking.id },
  })
  await closeFailure(tx, payment)
  if (booking.status === 'cancelled') return refundLate(tx, booking, payment)
  if (booking.paid_amount > booking.price_amount) await reportOverpaid(tx, booking, payment)
  if (booking.deposit_status !== 'paid') return booking
  let held = booking
  if (booking.status === 'expired') {
    const again = await reholdForPayment(tx, booking)
    if (!again.held) return refundLate(tx, booking, payment, again)
    held = again.booking
  }
  if (held.status !== 'deposit_required') return held
  if (unconfirmable !== undefined) {
    await reportUnconfirmable(tx, held, payment, unconfirmable)
    return held
  }
  return confirmPaid(tx, held)
}
