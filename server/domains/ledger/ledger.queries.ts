import { sql } from 'kysely'
import type { AccountKind } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'
import type { ListLedgerInput } from './ledger.schema.ts'
import type { LedgerAccount } from './post-ledger.ts'

type EntryJson = { account: LedgerAccount; name: string; amount: number }

function transactions(ctx: CallCtx) {
  return ctx.db
    .selectFrom('ledger_transactions as t')
    .leftJoin('bookings as b', 'b.id', 't.booking_id')
    .leftJoin('payments as p', 'p.id', 't.payment_id')
    .leftJoin('models as m', 'm.id', 't.model_id')
    .leftJoin('users as u', 'u.id', 't.created_by')
    .select(['t.id', 't.ref', 't.kind', 't.posted_at', 't.memo', 't.currency', 't.booking_id', 'b.ref as booking_ref'])
    .select(['t.payment_id', 'p.ref as payment_ref', 't.model_id', 'm.name as model_name', 'u.name as by_name'])
    .select(sql<string>`to_char(t.month, 'YYYY-MM')`.as('month_text'))
    .select(
      sql<
        EntryJson[]
      >`(select jsonb_agg(jsonb_build_object('account', e.account, 'name', a.name, 'amount', e.amount) order by e.line)
        from ledger_entries e join ledger_accounts a on a.code = e.account where e.transaction_id = t.id)`.as('entries'),
    )
}

type Row = Awaited<ReturnType<ReturnType<typeof transactions>['execute']>>[number]

function transactionOf(row: Row) {
  const moved = row.entries.reduce((sum, entry) => sum + Math.max(0, entry.amount), 0)
  return {
    id: row.id,
    ref: row.ref,
    kind: row.kind,
    postedAt: row.posted_at,
    month: row.month_text,
    memo: row.memo,
    booking: row.booking_id === null ? null : { id: row.booking_id, ref: row.booking_ref ?? '' },
    payment: row.payment_id === null ? null : { id: row.payment_id, ref: row.payment_ref ?? '' },
    model: row.model_id === null ? null : { id: row.model_id, name: row.model_name ?? '' },
    by: row.by_name,
    turnover: { amount: moved, currency: row.currency },
    entries: row.entries,
  }
}

export async function listLedger(ctx: CallCtx, input: ListLedgerInput) {
  let query = transactions(ctx)
  if (input.month) query = query.where(sql<boolean>`t.month = ${`${input.month}-01`}::date`)
  if (input.currency) query = query.where('t.currency', '=', input.currency)
  if (input.bookingId) query = query.where('t.booking_id', '=', input.bookingId)
  if (input.paymentId) query = query.where('t.payment_id', '=', input.paymentId)
  if (input.modelId) query = query.where('t.model_id', '=', input.modelId)
  if (input.from) query = query.where('t.posted_at', '>=', input.from)
  if (input.to) query = query.where('t.posted_at', '<', input.to)
  if (input.account) {
    query = query.where(
      sql<boolean>`exists (select 1 from ledger_entries e where e.transaction_id = t.id and e.account = ${input.account})`,
    )
  }
  const each = { ref: 't.kind', values: input.kind }
  const page = await pageOf(query, input, { postedAt: { ref: 't.posted_at', kind: 'time' } }, 't.id', each)
  return { ...page, items: page.items.map(transactionOf) }
}

export async function readTransaction(ctx: CallCtx, id: string) {
  const row = await transactions(ctx).where('t.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('transaction')
  return transactionOf(row)
}

interface BalanceRow {
  code: LedgerAccount
  name: string
  kind: AccountKind
  explanation: string
  opening: number
  debits: number
  credits: number
}

/** Every account before, in and after a month (all time without one). The sum of all is nothing, or the books are wrong. */
export async function readBalances(ctx: Pick<CallCtx, 'db'>, { month, currency }: { month?: string; currency: string }) {
  const first = month ? sql`${`${month}-01`}::date` : sql`'-infinity'::date`
  const { rows } = await sql<BalanceRow>`
    select a.code, a.name, a.kind, a.explanation, coalesce(sum(e.amount) filter (where e.month < ${first}), 0)::float8 as opening,
      coalesce(sum(e.amount) filter (where e.month >= ${first} and e.amount > 0), 0)::float8 as debits,
      coalesce(sum(e.amount) filter (where e.month >= ${first} and e.amount < 0), 0)::float8 as credits
    from ledger_accounts a left join ledger_entries e on e.account = a.code and e.currency = ${currency}
      ${month ? sql`and e.month <= ${first}` : sql``}
    group by a.code order by a.sort_order`.execute(ctx.db)
  const accounts = rows.map((row) => ({ ...row, closing: row.opening + row.debits + row.credits }))
  const { rows: used } = await sql<{ currency: string }>`
    select distinct currency from ledger_transactions union select ${currency} order by 1`.execute(ctx.db)
  const closed = month
    ? await ctx.db.selectFrom('finance_months').select('closed_at').where(sql<boolean>`month = ${first}`).executeTakeFirst()
    : undefined
  return {
    month: month ?? null,
    currency,
    currencies: used.map((row) => row.currency),
    closed: closed !== undefined,
    accounts,
    sum: accounts.reduce((sum, account) => sum + account.closing, 0),
  }
}
