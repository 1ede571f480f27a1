import type { RefundKind } from '#db/tables/index.ts'
import { type LockedBooking, lockBooking } from '#server/domains/bookings/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { queueEffect } from './effects.ts'
import { bookingOfPayment, type LockedPayment, lockPayment } from './payment.repository.ts'

export interface RefundWanted {
  paymentId: string
  amount: { amount: number; currency: string }
  reason: string
  kind: Exclude<RefundKind, 'provider'>
}

/**
 * Gives back money the provider took: writes the refund as pending and what is to be asked of the provider; a job asks, and
 * the provider's word settles it. Whether it may be given back is decided before. Throws `conflict` when the payment has
 * nothing (left) to give back or was taken by hand, `invalid` when it is more than is left.
 */
export async function requestRefund(tx: Tx, wanted: RefundWanted): Promise<{ refundId: string }> {
  const booking = await lockBooking(tx, await bookingOfPayment(tx, wanted.paymentId))
  return refundLocked(tx, booking, await lockPayment(tx, wanted.paymentId), wanted)
}

/** The same under locks already held: booking, then payment. */
export async function refundLocked(
  tx: Tx,
  booking: LockedBooking,
  payment: LockedPayment,
  { amount, reason, kind }: Omit<RefundWanted, 'paymentId'>,
): Promise<{ refundId: string }> {
  if (payment.provider !== 'stripe' || payment.provider_id === null)
    throw new AppError('conflict', 'This payment was not taken online. Record what is handed back by hand.')
  if (!['succeeded', 'partly_refunded'].includes(payment.status))
    throw new AppError('conflict', `A payment that is ${payment.status.replaceAll('_', ' ')} can not be refunded.`)
  if (amount.currency !== payment.currency) throw invalid('amount.currency', `must be ${payment.currency}, as the payment`)
  const left = payment.amount - (await askedBack(tx, payment.id))
  if (amount.amount > left) throw invalid('amount.amount', `only ${left} (minor units) of it is left to give back`)
  const id = tx.ctx.ids.next()
  const { ref } = await tx.db
    .insertInto('payments')
    .values({
      id,
      booking_id: booking.id,
      provider: 'stripe',
      provider_mode: payment.provider_mode,
      type: 'refund',
      status: 'pending',
      amount: amount.amount,
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
  announce(tx, booking, payment, { id, ref, amount: amount.amount, kind, reason })
  return { refundId: id }
}

/** What is left to give back of a payment. Throws `not_found`, `conflict` when nothing is. */
export async function leftOf(tx: Tx, paymentId: string): Promise<{ amount: number; currency: string }> {
  const [row] = await tx.run(tx.db.selectFrom('payments').select(['amount', 'currency']).where('id', '=', paymentId))
  if (!row) throw notFound('payment')
  const left = row.amount - (await askedBack(tx, paymentId))
  if (left <= 0) throw new AppError('conflict', 'All of it is given back, or on its way.')
  return { amount: left, currency: row.currency }
}

/** Given back, or on its way back. */
async function askedBack(tx: Tx, paymentId: string): Promise<number> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('amount'), eb.lit(0)).as('amount'))
      .where('refund_of', '=', paymentId)
      .where('status', 'in', ['pending', 'requires_action', 'succeeded']),
  )
  return Number(row?.amount ?? 0)
}

interface MadeRefund {
  id: string
  ref: string
  amount: number
  kind: RefundKind
  reason: string
}

function announce(tx: Tx, booking: LockedBooking, payment: LockedPayment, refund: MadeRefund): void {
  const entity = { entityType: 'payment', entityId: refund.id, entityRef: refund.ref }
  const { currency } = payment
  tx.audit({
    action: 'payment.refund_requested',
    ...entity,
    after: { refundOf: payment.id, amount: refund.amount, currency, kind: refund.kind, status: 'pending' },
    reason: refund.reason,
  })
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: 'Refund asked for',
    body: refund.reason,
    data: { paymentId: refund.id, amount: refund.amount, currency },
  })
  tx.event({
    type: 'payment.requested',
    ...entity,
    payload: { bookingId: booking.id, purpose: 'refund' },
    timers: [
      queueEffect(tx, {
        kind: 'stripe.refund.create',
        key: refund.id,
        paymentId: refund.id,
        payload: {
          intentId: payment.provider_id,
          amount: refund.amount,
          metadata: { virel_refund: refund.id, virel_payment: payment.id },
        },
      }),
    ],
  })
}
