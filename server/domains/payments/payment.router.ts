import { may } from '#server/context.ts'
import { readBooking } from '#server/domains/bookings/index.ts'
import { mutation, query, router } from '#server/trpc/init.ts'
import { listPayments, readPayment } from './payment.queries.ts'
import * as schema from './payment.schema.ts'
import { recordPayment } from './record-payment.ts'

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
  ofBooking: query({
    access: 'payments.record',
    policy: 'visibleBookings, unless payments.read',
    summary: 'The payments of one booking',
    rest: { method: 'GET', path: '/bookings/{bookingId}/payments' },
    input: schema.listPaymentsInput.required({ bookingId: true }),
    output: schema.paymentList,
    run: listPayments,
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
