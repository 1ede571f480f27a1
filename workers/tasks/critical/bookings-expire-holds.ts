import type { Ctx } from '#server/context.ts'
import { expireHold } from '#server/domains/availability/index.ts'
import { expireBooking } from '#server/domains/bookings/index.ts'
import type { Handler } from '#workers/task.ts'

const BATCH = 500
const SIDE_BY_SIDE = 4

interface Due {
  id: string
  at: Date | null
}

/** Two kinds of holds: unpaid bookings, and time held while a booking is being made. */
const KINDS: readonly {
  due(ctx: Ctx, after: Date): Promise<Due[]>
  expire(ctx: Ctx, id: string): Promise<boolean>
}[] = [
  {
    due: (ctx, after) =>
      ctx.db
        .selectFrom('bookings')
        .select(['id', 'deposit_deadline_at as at'])
        .where('status', '=', 'deposit_required')
        .where('deposit_deadline_at', '<=', ctx.clock.now())
        // Past the page before: one that can't be expired is not met again in this sweep.
        .where('deposit_deadline_at', '>', after)
        .orderBy('deposit_deadline_at')
        .limit(BATCH)
        .execute(),
    expire: expireBooking,
  },
  {
    due: (ctx, after) =>
      ctx.db
        .selectFrom('time_holds')
        .select(['id', 'expires_at as at'])
        .where('status', '=', 'held')
        .where('expires_at', '<=', ctx.clock.now())
        .where('expires_at', '>', after)
        .orderBy('expires_at')
        .limit(BATCH)
        .execute(),
    expire: expireHold,
  },
]

/**
 * Expires what the timers missed. Each is decided under its own lock, so this and a timer, a payment or a second sweep
 * at the same moment agree.
 */
export const bookingsExpireHolds: Handler<'bookings-expire-holds'> = async (ctx, _payload, { signal }) => {
  let expired = 0
  for (const kind of KINDS) expired += await sweep(ctx, kind, signal)
  if (expired > 0) ctx.log.info({ expired }, 'holds expired that no timer had')
}

async function sweep(ctx: Ctx, kind: (typeof KINDS)[number], signal: AbortSignal): Promise<number> {
  let expired = 0
  let after = new Date(0)
  for (let full = true; full && !signal.aborted; ) {
    const due = await kind.due(ctx, after)
    const rest = due.values()
    const failures: unknown[] = []
    const walk = async () => {
      for (const { id } of rest) {
        if (signal.aborted) return
        try {
          if (await kind.expire(ctx, id)) expired += 1
        } catch (error) {
          failures.push(error)
          ctx.log.error({ err: error, id }, 'a hold could not be expired')
        }
      }
    }
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, walk))
    if (due.length > 0 && failures.length === due.length) throw failures[0]
    full = due.length === BATCH
    after = due.at(-1)?.at ?? after
  }
  return expired
}
