import type { Db } from '#db/client.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { CANCEL_CAUSES, readPolicy, refundFor, refundSteps, shareBack } from '#server/domains/refund-policies/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { heldMoney } from './held-money.ts'

export interface Cancellable {
  id: string
  ref: string
  status: string
  version: number
  starts_at: Date
  currency: string
  refund_policy_version: number
}

const COLUMNS = ['b.id', 'b.ref', 'b.status', 'b.version', 'b.starts_at', 'b.currency', 'b.refund_policy_version'] as const

/**
 * What cancelling this booking at `now` gives back by the policy it was made under, and how that changes from then on
 * for a client who cancels: the numbers of the operator's card and of the client's own page. Minor units.
 */
export async function previewOf(db: Db, booking: Cancellable, now: Date) {
  const policy = await readPolicy(db, booking.refund_policy_version)
  const { currency, starts_at: startsAt } = booking
  const { held: paid } = await heldMoney(db, booking.id)
  const money = (amount: number) => ({ amount, currency })
  const gives = (cause: (typeof CANCEL_CAUSES)[number]) => refundFor(policy, paid, startsAt, now, cause)
  return {
    bookingId: booking.id,
    bookingRef: booking.ref,
    version: booking.version,
    startsAt,
    at: now,
    paid: money(paid),
    policy: { version: policy.version, name: policy.name, tiers: policy.tiers.map((tier) => ({ ...tier })) },
    causes: CANCEL_CAUSES.map((cause) => ({
      cause,
      basisPoints: shareBack(policy, startsAt, now, cause),
      gives: money(gives(cause)),
      keeps: money(paid - gives(cause)),
    })),
    steps: refundSteps(policy, paid, startsAt, now).map(({ amount, ...step }) => ({ ...step, gives: money(amount) })),
  }
}

/** The preview of any booking, for who has already proved that it is theirs (the client's own link). Throws `not_found`. */
export async function cancelPreview(ctx: Pick<CallCtx, 'db' | 'clock'>, bookingId: string) {
  const booking = await ctx.db
    .selectFrom('bookings as b')
    .select(COLUMNS)
    .where('b.id', '=', bookingId)
    .where('b.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!booking) throw notFound('booking')
  return previewOf(ctx.db, booking, ctx.clock.now())
}

/** The same for staff: of bookings this person may see. */
export async function readCancelPreview(ctx: CallCtx, bookingId: string) {
  const booking = await ctx.db
    .selectFrom('bookings as b')
    .select(COLUMNS)
    .where('b.id', '=', bookingId)
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
    .executeTakeFirst()
  if (!booking) throw notFound('booking')
  return previewOf(ctx.db, booking, ctx.clock.now())
}
