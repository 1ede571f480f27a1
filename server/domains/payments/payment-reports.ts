import type { LockedBooking } from '#server/domains/bookings/index.ts'
import { closeException, raiseException } from '#server/domains/exceptions/index.ts'
import { createTask, setTaskStatus } from '#server/domains/tasks/index.ts'
import type { Tx } from '#server/transact.ts'
import type { LockedPayment } from './payment.repository.ts'
import { openDisputeOf, type ProviderFacts } from './provider-facts.ts'

/** What people are told about payments, each once, and taken off their list when it is over. */

function about(payment: LockedPayment, booking?: LockedBooking) {
  return {
    entityType: 'payment' as const,
    entityId: payment.id,
    entityRef: payment.ref,
    ...(booking ? { clientId: booking.client_id } : {}),
  }
}

export function moneyText(amount: number, currency: string): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 100)
}

const failedKey = (payment: LockedPayment) => `payment-failed:${payment.id}`
const disputeKey = (payment: LockedPayment) => `payment-dispute:${payment.id}`

/** A payment that failed: an exception, and a task for finance to bring it in after all. */
export async function reportFailed(tx: Tx, booking: LockedBooking, payment: LockedPayment): Promise<void> {
  const what = payment.type === 'refund' ? 'The refund' : payment.purpose === 'deposit' ? 'The deposit' : 'A payment'
  const why = payment.failure_text ?? payment.failure_code ?? 'no reason was given'
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: `${what} failed`, body: why, data: { paymentId: payment.id } })
  await raiseException(tx, {
    type: 'payment_failed',
    severity: 'high',
    summary: `${what} of ${moneyText(payment.amount, payment.currency)} for ${booking.ref} failed: ${why}`,
    details: { code: payment.failure_code, bookingId: booking.id, bookingRef: booking.ref },
    ...about(payment, booking),
    dedupeKey: failedKey(payment),
  })
  await createTask(tx, {
    type: 'payment_retry',
    subject: `${payment.ref} for ${booking.ref} failed: try again or agree on another way`,
    priority: 'high',
    ...about(payment, booking),
    dedupeKey: failedKey(payment),
  })
  tx.event({
    type: 'payment.failed',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    payload: { bookingId: booking.id, ...(payment.failure_code ? { code: payment.failure_code } : {}) },
  })
}

/** It came in after all. */
export async function closeFailure(tx: Tx, payment: LockedPayment): Promise<void> {
  await closeExceptions(tx, failedKey(payment), 'It was paid after all.')
  await closeTasks(tx, failedKey(payment), `${payment.ref} was paid.`)
}

/** A dispute is lost by silence: it has a deadline, and nothing else is as urgent. */
export async function reportDispute(tx: Tx, booking: LockedBooking, payment: LockedPayment, facts: ProviderFacts): Promise<void> {
  const dispute = openDisputeOf(facts)
  if (!dispute) return
  const dueAt = dispute.dueBy === null ? null : new Date(dispute.dueBy * 1_000)
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: 'Payment disputed',
    body: `Reason: ${dispute.reason.replaceAll('_', ' ')}`,
    data: { paymentId: payment.id, amount: dispute.amount, currency: payment.currency },
  })
  await raiseException(tx, {
    type: 'payment_dispute',
    severity: 'critical',
    summary: `${payment.ref} for ${booking.ref} is disputed (${dispute.reason.replaceAll('_', ' ')}): hand in evidence${dueAt ? ` by ${dueAt.toISOString().slice(0, 16).replace('T', ' ')} UTC` : ''}`,
    details: {
      disputeId: dispute.id,
      amount: dispute.amount,
      reason: dispute.reason,
      evidenceDueAt: dueAt?.toISOString() ?? null,
    },
    ...about(payment, booking),
    dedupeKey: disputeKey(payment),
  })
  tx.event({
    type: 'payment.disputed',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    payload: { bookingId: booking.id },
  })
}

export async function settleDispute(tx: Tx, payment: LockedPayment, facts: ProviderFacts): Promise<void> {
  const lost = Object.values(facts.disputes ?? {}).some((dispute) => dispute.status === 'lost')
  await closeExceptions(tx, disputeKey(payment), lost ? 'The dispute was lost; the money is gone.' : 'The dispute was won.')
}

/** Paid twice over: nobody decides by itself what becomes of the surplus. */
export async function reportOverpaid(tx: Tx, booking: LockedBooking, payment: LockedPayment): Promise<void> {
  const surplus = booking.paid_amount - booking.price_amount
  await raiseException(tx, {
    type: 'payment_difference',
    severity: 'high',
    summary: `${booking.ref} is paid ${moneyText(surplus, booking.currency)} over its price: refund it or book it on`,
    details: { bookingId: booking.id, surplus },
    ...about(payment, booking),
    dedupeKey: `overpaid:${booking.id}`,
  })
}

/** The deposit is here, but a rule keeps the booking from being confirmed: somebody decides. */
export async function reportUnconfirmable(tx: Tx, booking: LockedBooking, payment: LockedPayment, why: string): Promise<void> {
  await raiseException(tx, {
    type: 'policy_violation',
    severity: 'critical',
    summary: `${booking.ref} is paid but can not be confirmed: ${why}`,
    details: { paymentId: payment.id, paymentRef: payment.ref },
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    dedupeKey: `unconfirmable:${booking.id}`,
  })
}

export async function closeExceptions(tx: Tx, dedupeKey: string, words: string): Promise<void> {
  const open = await tx.run(
    tx.db
      .selectFrom('exceptions')
      .select('id')
      .where('dedupe_key', '=', dedupeKey)
      .where('status', 'in', ['open', 'investigating']),
  )
  for (const { id } of open) await closeException(tx, { id, newStatus: 'resolved', words })
}

async function closeTasks(tx: Tx, dedupeKey: string, reason: string): Promise<void> {
  const open = await tx.run(
    tx.db
      .selectFrom('tasks')
      .select(['id', 'status'])
      .where('dedupe_key', '=', dedupeKey)
      .where('status', 'in', ['open', 'in_progress']),
  )
  for (const task of open) {
    if (task.status === 'open') await setTaskStatus(tx, task.id, { newStatus: 'in_progress' })
    await setTaskStatus(tx, task.id, { newStatus: 'done', reason })
  }
}
