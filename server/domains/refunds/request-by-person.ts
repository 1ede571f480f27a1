import { reaching } from '#server/auth/reach.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { bookingOfPayment } from '#server/domains/payments/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { decideRefund } from './decide-refund.ts'
import { readOptions } from './refund.queries.ts'
import type { RequestRefundInput } from './refund.schema.ts'

/**
 * Gives back a payment, whole or in part, because somebody who may says so; above what one person may decide it waits for
 * a second one. Throws `conflict` when nothing is left, `invalid` when it is more than is left.
 */
export async function requestByPerson(tx: Tx, input: RequestRefundInput) {
  const booking = await lockBooking(reaching(tx, 'bookings.read_all'), await bookingOfPayment(tx, input.id))
  const options = await readOptions(tx.ctx, input.id)
  const { left } = options
  const amount = input.amount ?? left
  if (left.amount <= 0) throw new AppError('conflict', 'All of it is given back, or on its way.')
  if (amount.currency !== left.currency) throw invalid('amount.currency', `must be ${left.currency}, as the payment`)
  if (amount.amount > left.amount) throw invalid('amount.amount', `only ${left.amount} (minor units) of it is left to give back`)
  const decided = await decideRefund(tx, booking, {
    amount: amount.amount,
    kind: amount.amount === options.amount.amount ? 'full' : 'partial',
    reason: input.reason,
    byPolicy: options.byPolicy.amount,
    paymentId: input.id,
  })
  return { refundId: decided.refundIds[0] ?? null, requestId: decided.requestIds[0] ?? null, amount }
}
