import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'

interface MonthRow {
  month: string
  transactions: number
  revenue: { amount: number; currency: string }[] | null
  closed_at: Date | null
  closed_by: string | null
  closed_by_name: string | null
}

/** The agency's zone and the month it is there now. */
export async function readCalendar(ctx: Pick<CallCtx, 'db' | 'clock'>): Promise<{ zone: string; current: string }> {
  const { rows } = await sql<{ zone: string; current: string }>`
    select value #>> '{}' as zone, to_char(${ctx.clock.now()}::timestamptz at time zone (value #>> '{}'), 'YYYY-MM') as current
    from settings where key = 'agency_zone'`.execute(ctx.db)
  return rows[0] ?? { zone: 'UTC', current: ctx.clock.now().toISOString().slice(0, 7) }
}

export interface Check {
  code: string
  text: string
  count: number
  blocks: boolean
}

/** What stands in the way of closing a month, or should be known before. */
export async function readChecks(ctx: Pick<CallCtx, 'db'>, month: string, zone: string): Promise<Check[]> {
  const end = sql`((${`${month}-01`}::date + interval '1 month') at time zone ${zone})`
  const { rows } = await sql<{ refunds: number; requests: number; payouts: number; crooked: number }>`
    select
      (select count(*) from payments where type = 'refund' and status in ('pending', 'requires_action') and created_at < ${end}) as refunds,
      (select count(*) from refund_requests where outcome is null and requested_at < ${end}) as requests,
      (select count(*) from payouts where paid_at is null and withdrawn_at is null and created_at < ${end}) as payouts,
      (select count(*) from (select 1 from ledger_entries where month <= ${`${month}-01`}::date group by currency having sum(amount) <> 0) c) as crooked`.execute(
    ctx.db,
  )
  const { refunds = 0, requests = 0, payouts = 0, crooked = 0 } = rows[0] ?? {}
  return [
    { code: 'balance', text: 'The books sum to zero', count: crooked, blocks: true },
    { code: 'requests', text: 'Refunds waiting for a second person', count: requests, blocks: true },
    { code: 'refunds', text: 'Refunds on their way', count: refunds, blocks: false },
    { code: 'payouts', text: 'Payouts prepared and not yet paid', count: payouts, blocks: false },
  ]
}

/** Months with postings, newest first, the one that is to be closed next marked. */
export async function listMonths(ctx: CallCtx, { limit }: { limit: number }) {
  const { zone, current } = await readCalendar(ctx)
  const { rows } = await sql<MonthRow>`
    select to_char(m.month, 'YYYY-MM') as month, m.transactions, f.closed_at, f.closed_by, u.name as closed_by_name,
      (select jsonb_agg(jsonb_build_object('currency', r.currency, 'amount', r.amount) order by r.currency) from (
        select e.currency, -sum(e.amount) as amount from ledger_entries e
        where e.month = m.month and e.account in ('revenue', 'refunds') group by e.currency) r) as revenue
    from (select month, count(*) as transactions from ledger_transactions group by month) m
    left join finance_months f on f.month = m.month left join users u on u.id = f.closed_by
    order by m.month desc limit ${limit}`.execute(ctx.db)
  const open = rows.filter((row) => row.closed_at === null && row.month < current)
  const next = open.at(-1)?.month
  const checks = next ? await readChecks(ctx, next, zone) : []
  return {
    zone,
    current,
    items: rows.map((row) => ({
      month: row.month,
      transactions: row.transactions,
      revenue: row.revenue ?? [],
      closedAt: row.closed_at,
      closedBy: row.closed_by === null ? null : { id: row.closed_by, name: row.closed_by_name ?? '' },
      next: row.month === next,
      checks: row.month === next ? checks : [],
    })),
  }
}
