import { reaching } from '#server/auth/reach.ts'
import { may } from '#server/context.ts'
import { lockBooking, readBooking } from '#server/domains/bookings/index.ts'
import { requireOnePerson } from '#server/domains/refund-policies/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { listPayments, readPayment } from './payment.queries.ts'
import { bookingOfPayment } from './payment.repository.ts'
import * as schema from './payment.schema.ts'
import { readTotals } from './payment-totals.ts'
import { recordPayment } from './record-payment.ts'
import { requestDeposit } from './request-deposit.ts'
import { leftOf, requestRefund } from './request-refund.ts'
import { retryPayment } from './retry-payment.ts'

export const paymentRouter = router({
  list: query({
    access: 'payments.read',
    policy: 'none beyond the permission: whoever reads payments reads them all',
    summary: 'Payments, newest first',
    rest: { method: 'GET', path: '/payments' },
    input: schema.listPaymentsInput,
    output: schema.paymentList,
    run: listPayments,
  }),
  totals: query({
    access: 'payments.read',
    policy: 'none beyond the permission: whoever reads payments reads them all',
    summary: 'How many payments and how much, by what for and how they stand; the last 30 days unless told',
    rest: { method: 'GET', path: '/payments/totals' },
    input: schema.totalsInput,
    output: schema.totalsOut,
    run: readTotals,
  }),
  ofBooking: query({
    access: 'payments.record',
    policy: 'visibleBookings, unless payments.read',
    summary: 'The payments of one booking',
    rest: { method: 'GET', path: '/bookings/{bookingId}/payments' },
    input: schema.listPaymentsInput.required({ bookingId: true }),
    output: schema.paymentList,
    run: listPayments,
  }),
  requestDeposit: mutation({
    access: 'payments.request',
    policy: 'visibleBookings, unless payments.read',
    summary: 'Make the link by which a client pays the deposit, or get the one there is',
    rest: { method: 'POST', path: '/bookings/{id}/payments/deposit-intent', status: 201 },
    input: schema.depositIntentInput,
    output: schema.depositLinkOut,
    run: async (tx, input, ctx) => {
      const reach = may(ctx, 'payments.read') ? reaching(tx, 'bookings.read_all') : tx
      const { paymentId, token, isNew } = await requestDeposit(reach, {
        bookingId: input.id,
        amount: input.amount,
        deadline: input.deadline,
      })
      if (!isNew) ctx.answer.status = 200
      return { ...(await readPayment(ctx, paymentId)), url: `${ctx.appUrl}/pay/${token}` }
    },
  }),
  retry: mutation({
    access: 'payments.retry',
    policy: 'none beyond the permission: whoever retries payments retries any',
    summary: 'Try again what failed: a refund, or the link of a payment that could not be made',
    rest: { method: 'POST', path: '/payments/{id}/retry' },
    input: schema.onePayment,
    output: schema.paymentOut,
    run: async (tx, { id }, ctx) => {
      const { paymentId } = await retryPayment(tx, id)
      return readPayment(ctx, paymentId)
    },
  }),
  refund: mutation({
    access: 'payments.refund',
    policy: 'none beyond the permission: whoever refunds payments refunds any',
    summary: 'Give back a payment taken online, whole or in part',
    rest: { method: 'POST', path: '/payments/{id}/refund', status: 201 },
    fresh: true,
    input: schema.refundInput,
    output: schema.paymentOut,
    run: async (tx, { id, amount, reason }, ctx) => {
      const whole = amount ?? (await leftOf(tx, id))
      const { id: bookingId } = await lockBooking(reaching(tx, 'bookings.read_all'), await bookingOfPayment(tx, id))
      await requireOnePerson(tx, bookingId, whole.amount)
      const { refundId } = await requestRefund(reaching(tx, 'bookings.read_all'), {
        paymentId: id,
        amount: whole,
        reason,
        kind: amount === undefined ? 'full' : 'partial',
      })
      return readPayment(ctx, refundId)
    },
  }),
  record: mutation({
    access: 'payments.record',
    policy: 'visibleBookings, unless payments.read',
    summary: 'Record a payment received by hand; a paid deposit confirms the booking',
    rest: { method: 'POST', path: '/bookings/{id}/payments', status: 201 },
    input: schema.recordPaymentInput,
    output: schema.recordedOut,
    run: async (tx, input, ctx) => {
      const { id, bookingId } = await recordPayment(tx, input)
      return { ...(await readPayment(ctx, id)), booking: may(ctx, 'bookings.read') ? await readBooking(ctx, bookingId) : null }
    },
  }),
})
