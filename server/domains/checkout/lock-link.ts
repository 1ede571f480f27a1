import { type LockedBooking, lockBooking } from '#server/domains/bookings/index.ts'
import { lockPayment } from '#server/domains/payments/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export type LockedLink = Awaited<ReturnType<typeof lockPayment>>

/** Locks a payment with its booking, for who may see the booking; unknown and foreign ones are answered alike (`not_found`). */
export async function lockLink(tx: Tx, paymentId: string): Promise<{ booking: LockedBooking; payment: LockedLink }> {
  const [found] = await tx.run(tx.db.selectFrom('payments').select('booking_id').where('id', '=', paymentId))
  if (!found) throw notFound('payment link')
  const booking = await lockBooking(tx, found.booking_id).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'not_found' ? notFound('payment link') : error
  })
  return { booking, payment: await lockPayment(tx, paymentId) }
}
