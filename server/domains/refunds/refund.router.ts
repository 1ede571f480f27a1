import { query, router } from '#server/trpc/init.ts'
import { readCancelPreview } from './cancel-preview.ts'
import * as schema from './refund.schema.ts'

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
})
