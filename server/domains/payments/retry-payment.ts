import { reaching } from '#server/auth/reach.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { AppError } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { queueEffect } from './effects.ts'
import { paymentLiving } from './payment.lifecycle.ts'
import { bookingOfPayment, type LockedPayment, lockPayment, updatePayment } from './payment.repository.ts'
import { closeFailure } from './payment-reports.ts'
import { refundLocked } from './request-refund.ts'

/**
 * Tries again what the provider would not do: a refund as a new one, or the making of the payment a link needs, under a new
 * key (the old one would only be answered as before). A card that was refused is the client's matter: another one can be
 * tried by the same link. Returns the payment that is under way now. Throws `conflict` when nothing is to be tried again.
 */
export async function retryPayment(tx: Tx, paymentId: string): Promise<{ paymentId: string }> {
  const booking = await lockBooking(reaching(tx, 'bookings.read_all'), await bookingOfPayment(tx, paymentId))
  const asked = await lockPayment(tx, paymentId)
  if (asked.status !== 'failed')
    throw new AppError('conflict', `A payment that is ${asked.status.replaceAll('_', ' ')} needs no other try.`)
  if (asked.refund_of === null) return retryMaking(tx, asked)
  const { refundId } = await refundLocked(tx, booking, await lockPayment(tx, asked.refund_of), {
    amount: { amount: asked.amount, currency: asked.currency },
    reason: asked.reason ?? 'Tried again',
    kind: asked.refund_kind === null || asked.refund_kind === 'provider' ? 'full' : asked.refund_kind,
  })
  await closeFailure(tx, asked)
  return { paymentId: refundId }
}

async function retryMaking(tx: Tx, payment: LockedPayment): Promise<{ paymentId: string }> {
  const efforts = await tx.run(
    tx.db
      .selectFrom('effects')
      .select(['state', 'payload'])
      .where('payment_id', '=', payment.id)
      .where('kind', '=', 'stripe.intent.create')
      .orderBy('created_at', 'desc'),
  )
  const [last] = efforts
  if (last?.state !== 'failed')
    throw new AppError('conflict', 'The card was refused. The client can try another one by the same link.')
  const columns = { failure_code: null, failure_text: null }
  updatePayment(tx, payment.id, columns)
  const { row } = await advance(tx, paymentLiving, { ...payment, ...columns }, { newStatus: 'pending', reason: 'Tried again' })
  await closeFailure(tx, row)
  tx.event({
    type: 'payment.requested',
    entityType: 'payment',
    entityId: row.id,
    entityRef: row.ref,
    payload: { bookingId: row.booking_id, purpose: row.purpose ?? 'deposit' },
    timers: [
      queueEffect(tx, {
        kind: 'stripe.intent.create',
        key: `${row.id}:${efforts.length + 1}`,
        paymentId: row.id,
        payload: last.payload,
      }),
    ],
  })
  return { paymentId: row.id }
}
