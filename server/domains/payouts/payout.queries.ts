import { sql } from 'kysely'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'
import type { DueInput, ListPayoutsInput, StatementInput } from './payout.schema.ts'

function payouts(ctx: CallCtx) {
  return ctx.db
    .selectFrom('payouts as o')
    .innerJoin('models as m', 'm.id', 'o.model_id')
    .leftJoin('users as u', 'u.id', 'o.created_by')
    .select(['o.id', 'o.ref', 'o.model_id', 'm.name', 'm.public_code', 'o.currency', 'o.amount', 'o.method', 'o.reference'])
    .select(['o.created_at', 'o.created_by', 'u.name as created_by_name', 'o.paid_at', 'o.withdrawn_at', 'o.withdrawn_reason'])
    .select(sql<string>`to_char(o.month, 'YYYY-MM')`.as('month_text'))
    .select(sql<number>`(select count(*) from payout_lines l where l.payout_id = o.id)`.as('lines'))
}

type Row = Awaited<ReturnType<ReturnType<typeof payouts>['execute']>>[number]

function payoutOf(row: Row) {
  return {
    id: row.id,
    ref: row.ref,
    model: { id: row.model_id, name: row.name, publicCode: row.public_code },
    month: row.month_text,
    amount: { amount: row.amount, currency: row.currency },
    state: row.paid_at ? ('paid' as const) : row.withdrawn_at ? ('withdrawn' as const) : ('prepared' as const),
    lines: row.lines,
    method: row.method,
    reference: row.reference,
    createdAt: row.created_at,
    createdBy: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
    paidAt: row.paid_at,
    withdrawnAt: row.withdrawn_at,
    withdrawnReason: row.withdrawn_reason,
  }
}

const IS = {
  prepared: sql<boolean>`o.paid_at is null and o.withdrawn_at is null`,
  paid: sql<boolean>`o.paid_at is not null`,
  withdrawn: sql<boolean>`o.withdrawn_at is not null`,
} as const

export async function listPayouts(ctx: CallCtx, input: ListPayoutsInput) {
  let query = payouts(ctx)
  if (input.modelId) query = query.where('o.model_id', '=', input.modelId)
  if (input.month) query = query.where(sql<boolean>`o.month = ${`${input.month}-01`}::date`)
  const { state } = input
  if (state)
    query = query.where(
      sql<boolean>`(${sql.join(
        [...new Set(state)].map((one) => IS[one]),
        sql` or `,
      )})`,
    )
  const page = await pageOf(query, input, { createdAt: { ref: 'o.created_at', kind: 'time' } }, 'o.id')
  return { ...page, items: page.items.map(payoutOf) }
}

export async function readPayout(ctx: CallCtx, id: string) {
  const row = await payouts(ctx).where('o.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('payout')
  return payoutOf(row)
}

interface Account {
  month: string
  currency: string
  modelId?: string
}

/** Models with what moved their account up to the end of a month. */
function accounts(ctx: CallCtx, { month, currency, modelId }: Account) {
  const first = sql`${`${month}-01`}::date`
  const sums = sql<{ model_id: string; opening: number; earned: number; paid: number; due: number; bookings: number }>`(
    select t.model_id, coalesce(-sum(e.amount) filter (where t.month < ${first}), 0)::float8 as opening,
      coalesce(-sum(e.amount) filter (where t.month = ${first} and t.kind <> 'payout'), 0)::float8 as earned,
      coalesce(sum(e.amount) filter (where t.month = ${first} and t.kind = 'payout'), 0)::float8 as paid,
      coalesce(-sum(e.amount) filter (where t.kind <> 'payout' and l.payout_id is null), 0)::float8 as due,
      count(distinct t.booking_id) filter (where t.month = ${first}) as bookings
    from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
    left join payout_lines l on l.transaction_id = t.id
    where e.account = 'model_payable' and e.currency = ${currency} and t.month <= ${first}
      and ${modelId ? sql`t.model_id = ${modelId}::uuid` : sql`t.model_id is not null`}
    group by t.model_id)`
  return ctx.db
    .selectFrom('models as m')
    .leftJoin(sums.as('s'), 's.model_id', 'm.id')
    .leftJoin('payout_shares as p', 'p.model_id', 'm.id')
    .select(['m.id', 'm.name', 'm.public_code', 's.opening', 's.earned', 's.paid', 's.due', 's.bookings'])
    .select(['p.basis_points', 'p.version'])
    .select(sql<number>`(select (value #>> '{}')::int from settings where key = 'model_share_basis_points')`.as('usual'))
}

type AccountRow = Awaited<ReturnType<ReturnType<typeof accounts>['execute']>>[number]

function accountOf(row: AccountRow, currency: string) {
  const [opening, earned, paid] = [row.opening ?? 0, row.earned ?? 0, row.paid ?? 0]
  return {
    id: row.id,
    model: { id: row.id, name: row.name, publicCode: row.public_code },
    share: row.basis_points ?? row.usual,
    ownShare: row.basis_points !== null,
    shareVersion: row.version ?? 0,
    opening,
    earned,
    paid,
    closing: opening + earned - paid,
    due: row.due ?? 0,
    bookings: row.bookings ?? 0,
    currency,
  }
}

/** Models with something on their account up to the end of a month, by name. */
export async function listDue(ctx: CallCtx, input: DueInput) {
  const query = accounts(ctx, input).where('s.model_id', 'is not', null)
  const page = await pageOf(query, input, { name: { ref: 'm.name', kind: 'text' } }, 'm.id')
  return { ...page, items: page.items.map((row) => accountOf(row, input.currency)) }
}

/** One model's account in a month; all zero when nothing moved it. Throws `not_found`. */
export async function readAccount(ctx: CallCtx, input: { modelId: string; month: string; currency: string }) {
  const row = await accounts(ctx, input).where('m.id', '=', input.modelId).executeTakeFirst()
  if (!row) throw notFound('model')
  return accountOf(row, input.currency)
}

/** What moved a model's account in a month, line by line. */
export async function listStatement(ctx: CallCtx, input: StatementInput) {
  const query = ctx.db
    .selectFrom('ledger_transactions as t')
    .innerJoin('ledger_entries as e', (join) => join.onRef('e.transaction_id', '=', 't.id').on('e.account', '=', 'model_payable'))
    .leftJoin('bookings as b', 'b.id', 't.booking_id')
    .leftJoin('payout_lines as l', 'l.transaction_id', 't.id')
    .leftJoin('payouts as o', 'o.id', 'l.payout_id')
    .select(['t.id', 't.ref', 't.kind', 't.posted_at', 't.currency', 't.share_basis_points', 't.booking_id'])
    .select(['b.ref as booking_ref', 'b.status', 'b.starts_at', 'b.ends_at', 'o.ref as payout_ref'])
    .select(sql<number>`-e.amount`.as('amount'))
    .select(
      sql<
        number | null
      >`(select -x.amount from ledger_entries x where x.transaction_id = t.id and x.account in ('revenue', 'refunds') limit 1)`.as(
        'gross',
      ),
    )
    .where('t.model_id', '=', input.modelId)
    .where('t.currency', '=', input.currency)
    .where(sql<boolean>`t.month = ${`${input.month}-01`}::date`)
  const page = await pageOf(query, input, { postedAt: { ref: 't.posted_at', kind: 'time' } }, 't.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      ref: row.ref,
      at: row.posted_at,
      kind: row.kind,
      booking:
        row.booking_id === null || row.starts_at === null || row.ends_at === null
          ? null
          : { id: row.booking_id, ref: row.booking_ref ?? '', status: row.status ?? '', start: row.starts_at, end: row.ends_at },
      gross: row.gross,
      share: row.share_basis_points,
      amount: row.amount,
      currency: row.currency,
      payout: row.payout_ref,
    })),
  }
}
