import { reaching } from '#server/auth/reach.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { postRefunded } from '#server/domains/ledger/index.ts'
import { bookingOfPayment, carryIntoBooking, lockPayment, paymentLiving, updatePayment } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { closeTask } from './approve-refund.ts'

export interface HandedOver {
  /** Of the refund. */
  id: string
  method: 'cash' | 'bank_transfer' | 'card_terminal' | 'other'
  reference?: string
}

async function lockWaiting(tx: Tx, id: string) {
  const booking = await lockBooking(reaching(tx, 'bookings.read_all'), await bookingOfPayment(tx, id))
  const refund = await lockPayment(tx, id)
  if (refund.type !== 'refund' || refund.provider !== 'manual')
    throw new AppError('conflict', 'Only a refund by hand is written down as handed over.')
  if (refund.status !== 'pending') throw new AppError('conflict', `This refund is ${refund.status.replaceAll('_', ' ')} already.`)
  return { booking, refund }
}

/** Writes down that a refund by hand was handed over: it counts from now on, in the booking and in the books. */
export async function handOver(tx: Tx, input: HandedOver): Promise<string> {
  const { booking, refund } = await lockWaiting(tx, input.id)
  updatePayment(tx, refund.id, { method: input.method, reference: input.reference ?? null, settled_at: tx.now })
  await advance(tx, paymentLiving, refund, { newStatus: 'succeeded' })
  const { amount, currency } = refund
  postRefunded(tx, { paymentId: refund.id, bookingId: booking.id, amount, currency, through: 'manual' }, refund.id)
  if (refund.refund_of) await countRefunded(tx, refund.refund_of)
  await carryIntoBooking(tx, booking)
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: 'Refund handed over',
    data: { paymentId: refund.id, amount, currency },
  })
  tx.event({
    type: 'payment.recorded',
    entityType: 'payment',
    entityId: refund.id,
    entityRef: refund.ref,
    payload: { bookingId: booking.id },
  })
  await closeWhenDone(tx, booking.id)
  return refund.id
}

/** The payment by hand that was given back shows how much of it was. */
async function countRefunded(tx: Tx, paymentId: string): Promise<void> {
  const payment = await lockPayment(tx, paymentId)
  const row = await tx.db
    .selectFrom('payments')
    .select((eb) => eb.fn.sum<number>('amount').as('amount'))
    .where('refund_of', '=', paymentId)
    .where('status', '=', 'succeeded')
    .executeTakeFirstOrThrow()
  const refunded = Math.min(payment.amount, Number(row.amount ?? 0))
  const columns = { refunded_amount: refunded }
  updatePayment(tx, paymentId, columns)
  const newStatus = refunded >= payment.amount ? 'refunded' : 'partly_refunded'
  if (newStatus !== payment.status) await advance(tx, paymentLiving, { ...payment, ...columns }, { newStatus })
}

/** A refund by hand that is not wanted any more; the money stays. */
export async function dropRefund(tx: Tx, input: { id: string; reason: string }): Promise<string> {
  const { booking, refund } = await lockWaiting(tx, input.id)
  await advance(tx, paymentLiving, refund, { newStatus: 'cancelled', reason: input.reason })
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: 'Refund by hand dropped', body: input.reason })
  tx.event({
    type: 'payment.recorded',
    entityType: 'payment',
    entityId: refund.id,
    entityRef: refund.ref,
    payload: { bookingId: booking.id },
  })
  await closeWhenDone(tx, booking.id)
  return refund.id
}

async function closeWhenDone(tx: Tx, bookingId: string): Promise<void> {
  const [waiting] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select('id')
      .where('booking_id', '=', bookingId)
      .where('provider', '=', 'manual')
      .where('type', '=', 'refund')
      .where('status', '=', 'pending')
      .limit(1),
  )
  if (!waiting) await closeTask(tx, `refund:${bookingId}`, 'Nothing is left to hand over.')
}
