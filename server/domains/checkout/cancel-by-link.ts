import { systemActor } from '#server/context.ts'
import { lockBooking, setBookingStatus } from '#server/domains/bookings/index.ts'
import { cancelPreview } from '#server/domains/refunds/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { CancelPreviewOut } from './checkout.schema.ts'
import { requireLink } from './read-checkout.ts'
import { mayCancel } from './show-checkout.ts'

/** In whose name a link acts: whoever holds it, who is no user of ours. */
const client = systemActor('client, by their link')

/** What cancelling gives back now and from when on less, for the client's own page. Throws `not_found`. */
export async function previewByLink(ctx: CallCtx, token: string): Promise<CancelPreviewOut> {
  const link = await requireLink(ctx, token)
  const preview = await cancelPreview(ctx, link.booking.id)
  return {
    mayCancel: mayCancel(link),
    simulated: link.provider.mode === 'simulator',
    bookingRef: link.booking.ref,
    model: link.booking.modelName,
    zone: link.booking.zone,
    startsAt: preview.startsAt,
    at: preview.at,
    paid: preview.paid,
    steps: preview.steps.map(({ until, basisPoints, gives }) => ({ until, percent: basisPoints / 100, gives })),
  }
}

/**
 * Cancels the booking of a link for its client and gives back what the page said, to the penny. What was said must be what
 * it is now under the lock: who waited past a step is shown the new amount first. Throws `conflict` then, and when it can't
 * be cancelled any more; `not_found`.
 */
export async function cancelByLink(
  tx: Tx,
  ctx: CallCtx,
  { token, expected }: { token: string; expected: number },
): Promise<void> {
  const link = await requireLink({ ...ctx, db: tx.db }, token)
  const asClient = tx.as(client)
  const booking = await lockBooking(asClient, link.booking.id)
  if (booking.status !== 'confirmed' || booking.starts_at <= tx.now)
    throw new AppError('conflict', 'This booking can not be cancelled here any more. Answer our message, and we see to it.')
  const { currency } = booking
  await setBookingStatus(asClient, booking.id, {
    newStatus: 'cancelled',
    reason: 'Cancelled by the client.',
    metadata: { cause: 'client', refund: { expected: { amount: expected, currency } } },
  })
}
