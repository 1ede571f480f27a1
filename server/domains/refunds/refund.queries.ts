import { sql } from 'kysely'
import { readPolicy, refundFor } from '#server/domains/refund-policies/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'
import { heldMoney } from './held-money.ts'
import type { ListRequestsInput } from './refund.schema.ts'

function requests(ctx: CallCtx) {
  return ctx.db
    .selectFrom('refund_requests as r')
    .innerJoin('bookings as b', 'b.id', 'r.booking_id')
    .innerJoin('payments as p', 'p.id', 'r.payment_id')
    .innerJoin('users as u', 'u.id', 'r.requested_by')
    .leftJoin('users as d', 'd.id', 'r.decided_by')
    .select(['r.id', 'r.ref', 'r.booking_id', 'b.ref as booking_ref', 'r.payment_id', 'p.ref as payment_ref', 'p.provider'])
    .select(['r.kind', 'r.amount', 'r.currency', 'r.policy_amount', 'r.reason', 'r.requested_by', 'u.name as requested_name'])
    .select(['r.requested_at', 'r.outcome', 'r.decided_by', 'd.name as decided_name', 'r.decided_at', 'r.decision_note'])
}

type Row = Awaited<ReturnType<ReturnType<typeof requests>['execute']>>[number]

function requestOf(ctx: CallCtx, row: Row) {
  const money = (amount: number) => ({ amount, currency: row.currency })
  return {
    id: row.id,
    ref: row.ref,
    bookingId: row.booking_id,
    bookingRef: row.booking_ref,
    paymentId: row.payment_id,
    paymentRef: row.payment_ref,
    provider: row.provider,
    kind: row.kind,
    amount: money(row.amount),
    byPolicy: money(row.policy_amount),
    reason: row.reason,
    requestedBy: { id: row.requested_by, name: row.requested_name },
    requestedAt: row.requested_at,
    outcome: row.outcome ?? ('waiting' as const),
    decidedBy: row.decided_by === null ? null : { id: row.decided_by, name: row.decided_name ?? '' },
    decidedAt: row.decided_at,
    note: row.decision_note,
    mine: row.requested_by === ctx.actor.id,
  }
}

export async function listRequests(ctx: CallCtx, input: ListRequestsInput) {
  let query = requests(ctx)
  if (input.bookingId) query = query.where('r.booking_id', '=', input.bookingId)
  if (input.outcome) query = query.where(sql<boolean>`coalesce(r.outcome, 'waiting') = any(${input.outcome})`)
  const page = await pageOf(query, input, { requestedAt: { ref: 'r.requested_at', kind: 'time' } }, 'r.id')
  return { ...page, items: page.items.map((row) => requestOf(ctx, row)) }
}

export async function readRequest(ctx: CallCtx, id: string) {
  const row = await requests(ctx).where('r.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('refund request')
  return requestOf(ctx, row)
}

/** What giving back this payment would come to now. Throws `not_found`. */
export async function readOptions(ctx: Pick<CallCtx, 'db' | 'clock'>, paymentId: string) {
  const row = await ctx.db
    .selectFrom('payments as p')
    .innerJoin('bookings as b', 'b.id', 'p.booking_id')
    .select(['p.id', 'p.ref', 'p.amount', 'p.currency', 'p.provider', 'p.booking_id', 'b.ref as booking_ref'])
    .select(['b.status', 'b.starts_at', 'b.refund_policy_version'])
    .select(sql<string | null>`(select ref from refund_requests r where r.payment_id = p.id and r.outcome is null)`.as('waiting'))
    .select(
      sql<number>`greatest(0, (select (value #>> '{}')::bigint from settings where key = 'refund_second_person_minor')
        - greatest(0, coalesce((select sum(amount) from payments x where x.booking_id = p.booking_id and x.type = 'refund'
            and x.status in ('pending', 'requires_action', 'succeeded')
            and (x.refund_kind in ('full', 'partial') or (x.refund_kind is null and x.provider = 'manual'))), 0)
          - coalesce((select sum(amount) from refund_requests x where x.booking_id = p.booking_id and x.outcome = 'approved'), 0)))::float8`.as(
        'alone',
      ),
    )
    .where('p.id', '=', paymentId)
    .where('p.type', '<>', 'refund')
    .executeTakeFirst()
  if (!row) throw notFound('payment')
  const { payments, held } = await heldMoney(ctx.db, row.booking_id)
  const left = Math.min(held, payments.find((payment) => payment.id === paymentId)?.left ?? 0)
  const policy = await readPolicy(ctx.db, row.refund_policy_version)
  const money = (amount: number) => ({ amount, currency: row.currency })
  return {
    paymentId: row.id,
    paymentRef: row.ref,
    bookingId: row.booking_id,
    bookingRef: row.booking_ref,
    bookingStatus: row.status,
    provider: row.provider,
    amount: money(row.amount),
    left: money(left),
    byPolicy: money(refundFor(policy, left, row.starts_at, ctx.clock.now(), 'client')),
    policyVersion: policy.version,
    alone: money(row.alone),
    waiting: row.waiting,
  }
}
