import { expireBooking } from '#server/domains/bookings/index.ts'
import type { Handler } from '#workers/task.ts'

const BATCH = 500
const SIDE_BY_SIDE = 4

/**
 * Expires what the timers missed. Each booking is decided under its own lock, so this and a timer, a payment or a
 * second sweep at the same moment agree.
 */
export const bookingsExpireHolds: Handler<'bookings-expire-holds'> = async (ctx, _payload, { signal }) => {
  let expired = 0
  let after = new Date(0)
  for (let full = true; full && !signal.aborted; ) {
    const due = await ctx.db
      .selectFrom('bookings')
      .select(['id', 'deposit_deadline_at'])
      .where('status', '=', 'deposit_required')
      .where('deposit_deadline_at', '<=', ctx.clock.now())
      // Past the page before: one that can't be expired is not met again in this sweep.
      .where('deposit_deadline_at', '>', after)
      .orderBy('deposit_deadline_at')
      .limit(BATCH)
      .execute()
    const rest = due.values()
    const failures: unknown[] = []
    const walk = async () => {
      for (const booking of rest) {
        if (signal.aborted) return
        try {
          if (await expireBooking(ctx, booking.id)) expired += 1
        } catch (error) {
          failures.push(error)
          ctx.log.error({ err: error, bookingId: booking.id }, 'a hold could not be expired')
        }
      }
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, walk))
    if (due.length > 0 && failures.length === due.length) throw failures[0]
    full = due.length === BATCH
    after = due.at(-1)?.deposit_deadline_at ?? after
  }
  if (expired > 0) ctx.log.info({ expired }, 'holds expired that no timer had')
}
