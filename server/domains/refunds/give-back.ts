import type { RefundKind } from '#db/tables/index.ts'
import { systemActor } from '#server/context.ts'
import type { LockedBooking } from '#server/domains/bookings/index.ts'
import { lockPayment, refundLocked } from '#server/domains/payments/index.ts'
import { createTask } from '#server/domains/tasks/index.ts'
import type { Tx } from '#server/transact.ts'
import { heldMoney, takeFrom } from './held-money.ts'

export type GivenKind = Exclude<RefundKind, 'provider' | 'dispute' | 'late'>

interface Giving {
  /** Minor units of the booking's currency. */
  amount: number
  kind: GivenKind
  reason: string
}

/**
 * Gives an amount of a booking's money back to where it came from: online payments by the provider, what was taken by hand
 * as a refund that waits for somebody to hand it over. The booking is locked; whether it may be given is decided before.
 * What no payment has left to give (money withdrawn some other way) becomes a task.
 */
export async function giveBack(tx: Tx, booking: LockedBooking, giving: Giving): Promise<void> {
  if (giving.amount <= 0) return
  const { payments } = await heldMoney(tx.db, booking.id)
  const { parts, missing } = takeFrom(payments, giving.amount)
  for (const part of parts) await givePart(tx, booking, part.id, { ...giving, amount: part.amount })
  if (missing > 0) await askForHand(tx, booking, missing, 'no payment has it left to give')
}

/** The same of one payment; answers the refund's id. */
export async function givePart(tx: Tx, booking: LockedBooking, paymentId: string, giving: Giving): Promise<string> {
  const payment = await lockPayment(tx, paymentId)
  const { kind, reason, amount } = giving
  if (payment.provider === 'stripe') {
    const wanted = { amount: { amount, currency: payment.currency }, kind, reason }
    return (await refundLocked(tx, booking, payment, wanted)).refundId
  }
  const id = tx.ctx.ids.next()
  const { ref } = await tx.db
    .insertInto('payments')
    .values({
      id,
      booking_id: booking.id,
      provider: 'manual',
      type: 'refund',
      status: 'pending',
      amount,
      currency: payment.currency,
      refund_of: payment.id,
      refund_kind: kind,
      reason,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .returning('ref')
    .executeTakeFirstOrThrow()
  const entity = { entityType: 'payment', entityId: id, entityRef: ref }
  const { currency } = payment
  tx.audit({
    action: 'payment.refund_requested',
    ...entity,
    after: { refundOf: payment.id, amount, currency, kind, status: 'pending' },
    reason,
  })
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: 'Refund to be handed over',
    body: reason,
    data: { paymentId: id, amount, currency },
  })
  tx.event({ type: 'payment.requested', ...entity, payload: { bookingId: booking.id, purpose: 'refund' } })
  await askForHand(tx, booking, amount, 'it was taken by hand')
  return id
}

/** Somebody has to do it: there is no provider to ask. */
async function askForHand(tx: Tx, booking: LockedBooking, amount: number, why: string): Promise<void> {
  const money = new Intl.NumberFormat('en-GB', { style: 'currency', currency: booking.currency }).format(amount / 100)
  await createTask(tx.as(systemActor('refund by hand')), {
    type: 'refund_due',
    subject: `${booking.ref}: hand ${money} back to the client (${why})`,
    priority: 'high',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    assigneeId: booking.assignee_id ?? undefined,
    dedupeKey: `refund:${booking.id}`,
  })
}
