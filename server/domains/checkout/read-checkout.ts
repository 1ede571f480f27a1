import { sql } from 'kysely'
import { limit } from '#server/auth/rate-limits.ts'
import { type CheckoutState, checkoutState } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import { networkOf } from '#server/http/request-limits.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** A payment by its link, with what only its page needs beside. Nothing of the client. */
export interface Link extends CheckoutState {
  services: string[]
  policyVersion: number
  /** Of this payment, what was given back or is on its way; minor units. */
  givenBack: number
  /** It came after the time was somebody else's. */
  wasLate: boolean
  /** The provider has the card and has not decided. */
  isProcessing: boolean
  changedAt: Date
}

/** Paid links show what was booked this long after it took place. */
const KEPT_MS = 90 * 86_400_000

/** Whether a card may be shown by this link now. */
export function isPayable({ phase, purpose, booking }: Pick<Link, 'phase' | 'purpose' | 'booking'>): boolean {
  if (!['ready', 'action', 'failed'].includes(phase)) return false
  return purpose === 'deposit'
    ? booking.status === 'deposit_required'
    : ['confirmed', 'in_progress', 'completed'].includes(booking.status)
}

export function isPaid({ status }: Pick<Link, 'status'>): boolean {
  return ['succeeded', 'partly_refunded', 'refunded', 'disputed'].includes(status)
}

function opensSomething(link: Link): boolean {
  if (isPaid(link)) return link.now.getTime() < link.booking.endsAt.getTime() + KEPT_MS
  return link.isProcessing || link.phase === 'preparing' || isPayable(link)
}

/**
 * The payment whose link this is. Unknown, ended, replaced and cancelled links are answered alike, and counted by address:
 * who guesses is slowed down and learns nothing. Throws `not_found`.
 */
export async function requireLink(ctx: CallCtx, token: string): Promise<Link> {
  const link = await findLink(ctx, token)
  if (link && (opensSomething(link) || ctx.faults?.openEndedLinks)) return link
  await limit(ctx, 'pay-miss', networkOf(ctx.ip ?? 'none'))
  throw new AppError('not_found', 'This link opens nothing any more.')
}

async function findLink(ctx: CallCtx, token: string): Promise<Link | undefined> {
  const state = await checkoutState(ctx, token).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'not_found') return undefined
    throw error
  })
  if (!state) return undefined
  const { rows } = await sql<Pick<Link, 'services' | 'policyVersion' | 'givenBack' | 'wasLate' | 'isProcessing' | 'changedAt'>>`
    select p.updated_at as "changedAt", b.refund_policy_version as "policyVersion",
      coalesce(p.provider_facts #>> '{intent,status}' = 'processing', false) as "isProcessing",
      (select coalesce(array_agg(s.name order by s.sort_order), '{}') from booking_services bs
        join services s on s.id = bs.service_id where bs.booking_id = b.id) as services,
      coalesce(r.amount, 0)::float8 as "givenBack", coalesce(r.late, false) as "wasLate"
    from payments p join bookings b on b.id = p.booking_id
      left join lateral (select sum(r.amount) as amount, bool_or(r.refund_kind = 'late') as late from payments r
        where r.refund_of = p.id and r.status in ('pending', 'requires_action', 'succeeded')) r on true
    where p.id = ${state.paymentId}::uuid`.execute(ctx.db)
  const more = rows[0]
  return more && { ...state, ...more }
}

/** Of which entities a line of the holder of this link tells: its payment and its booking. Throws `not_found`. */
export async function followedBy(ctx: CallCtx, token: string): Promise<ReadonlySet<string>> {
  const { paymentId, booking } = await requireLink(ctx, token)
  return new Set([paymentId, booking.id])
}

/** Whether the link still opens something; asked now and then while somebody listens. */
export async function opensStill(ctx: CallCtx, token: string): Promise<boolean> {
  const link = await findLink(ctx, token)
  return link !== undefined && opensSomething(link)
}
