import { mutation, query, router } from '#server/trpc/init.ts'
import { decideRequest } from './approve-refund.ts'
import { readCancelPreview } from './cancel-preview.ts'
import { dropRefund, handOver } from './hand-over.ts'
import { listRequests, readOptions, readRequest } from './refund.queries.ts'
import * as schema from './refund.schema.ts'
import { requestByPerson } from './request-by-person.ts'

const policy = 'none beyond the permission: whoever refunds payments refunds any'

export const refundRouter = router({
  cancelPreview: query({
    access: 'bookings.transition',
    policy: 'visibleBookings: assigned to the actor or to nobody, unless bookings.read_all',
    summary: 'What cancelling a booking gives back now, and how that changes with time',
    rest: { method: 'GET', path: '/bookings/{id}/cancel-preview' },
    input: schema.previewInput,
    output: schema.previewOut,
    run: (ctx, { id }) => readCancelPreview(ctx, id),
  }),
  options: query({
    access: 'payments.refund',
    policy,
    summary: 'What giving back a payment comes to, before it is done',
    rest: { method: 'GET', path: '/payments/{id}/refund-options' },
    input: schema.byId,
    output: schema.optionsOut,
    run: (ctx, { id }) => readOptions(ctx, id),
  }),
  request: mutation({
    access: 'payments.refund',
    fresh: true,
    policy,
    summary: 'Give back a payment, or ask a second person to when it is more than one may decide',
    rest: { method: 'POST', path: '/payments/{id}/refund-requests', status: 201 },
    input: schema.requestRefundInput,
    output: schema.requestedOut,
    run: (tx, input) => requestByPerson(tx, input),
  }),
  requests: query({
    access: 'finance.read',
    policy,
    summary: 'Refunds that wait for a second person, and those that were decided, newest first',
    rest: { method: 'GET', path: '/refund-requests' },
    input: schema.listRequestsInput,
    output: schema.requestList,
    run: listRequests,
  }),
  decide: mutation({
    access: 'payments.refund',
    fresh: true,
    policy: 'never by who asked for it; else none beyond the permission',
    summary: 'Approve or refuse a refund somebody else asked for',
    rest: { method: 'POST', path: '/refund-requests/{id}/decision' },
    input: schema.decideInput,
    output: schema.requestOut,
    run: async (tx, input, ctx) => {
      await decideRequest(tx, input)
      return readRequest(ctx, input.id)
    },
  }),
  handOver: mutation({
    access: 'payments.refund',
    policy,
    summary: 'Write down that a refund by hand was handed over',
    rest: { method: 'POST', path: '/payments/{id}/hand-over' },
    input: schema.handOverInput,
    output: schema.doneOut,
    run: async (tx, input) => ({ id: await handOver(tx, input) }),
  }),
  drop: mutation({
    access: 'payments.refund',
    policy,
    summary: 'Drop a refund by hand that was not handed over; the money stays',
    rest: { method: 'POST', path: '/payments/{id}/drop-refund' },
    input: schema.dropInput,
    output: schema.doneOut,
    run: async (tx, input) => ({ id: await dropRefund(tx, input) }),
  }),
})
