import { expireBooking } from '#server/domains/bookings/index.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

/**
 * The timer of a hold. When it comes too early (this machine's clock runs behind the database's, or the deadline was
 * moved without a timer), it sets itself again for the deadline.
 */
export const bookingExpireHold: Handler<'booking-expire-hold'> = async (ctx, { bookingId }) => {
  if (await expireBooking(ctx, bookingId)) return
  const held = await ctx.db
    .selectFrom('bookings')
    .select('deposit_deadline_at')
    .where('id', '=', bookingId)
    .where('status', '=', 'deposit_required')
    .executeTakeFirst()
  if (!held?.deposit_deadline_at) return
  const runAt = new Date(Math.max(held.deposit_deadline_at.getTime(), ctx.clock.now().getTime() + 250))
  const cause = { causeId: ctx.causeId, depth: ctx.depth }
  await enqueue(ctx.pool, [
    { task: 'booking-expire-hold', payload: { bookingId }, key: `booking:${bookingId}:hold`, runAt, cause },
  ])
}
