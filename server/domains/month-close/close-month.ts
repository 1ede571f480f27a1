import { sql } from 'kysely'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { readCalendar, readChecks } from './months.queries.ts'

/** The key under which postings of a month hold a shared lock; the trigger ledger_month_is_open takes the same. */
const MONTH_LOCK = 8_473_019

/**
 * Closes a month for good: nothing is posted to it any more, and the balances of every account at its end are kept.
 * Corrections go into a later month. Throws `invalid` for a month that is not over, `conflict` when an earlier one is still
 * open, when it is closed already, or when something must be settled first.
 */
export async function closeMonth(tx: Tx, month: string): Promise<void> {
  const { zone, current } = await readCalendar(tx.ctx)
  if (month >= current) throw invalid('month', 'is not over yet')
  const [year = 0, number = 0] = month.split('-').map(Number)
  // Waits for postings under way and keeps new ones out until this is decided.
  tx.send(sql`select pg_advisory_xact_lock(${MONTH_LOCK}::int, ${year * 12 + number}::int)`)
  const first = `${month}-01`
  const [row] = await tx.run(sql<{ closed: boolean; earlier: string | null }>`
    select exists (select 1 from finance_months where month = ${first}::date) as closed,
      (select to_char(min(t.month), 'YYYY-MM') from ledger_transactions t
        where t.month < ${first}::date and not exists (select 1 from finance_months f where f.month = t.month)) as earlier`)
  if (row?.closed) throw new AppError('conflict', `${month} is closed already.`)
  if (row?.earlier) throw new AppError('conflict', `Close ${row.earlier} first: months are closed in order.`)
  const blocking = (await readChecks(tx.ctx, month, zone)).filter((check) => check.blocks && check.count > 0)
  if (blocking.length > 0) {
    throw new AppError(
      'conflict',
      `First: ${blocking.map((check) => `${check.text.toLowerCase()} (${check.count})`).join(', ')}.`,
    )
  }
  const balances = await balancesAt(tx, first)
  const closedBy = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  tx.send(
    tx.db
      .insertInto('finance_months')
      .values({ month: first, closed_at: tx.now, closed_by: closedBy, balances: JSON.stringify(balances) }),
  )
  tx.audit({
    action: 'finance.month_closed',
    entityType: 'finance_month',
    entityId: null,
    entityRef: month,
    after: { month, balances },
  })
}

/** currency → account → balance at the end of the month. */
async function balancesAt(tx: Tx, first: string): Promise<Record<string, Record<string, number>>> {
  const rows = await tx.run(sql<{ currency: string; account: string; amount: number }>`
    select currency, account, sum(amount)::float8 as amount from ledger_entries where month <= ${first}::date group by 1, 2 order by 1, 2`)
  const balances: Record<string, Record<string, number>> = {}
  for (const { currency, account, amount } of rows) balances[currency] = { ...balances[currency], [account]: amount }
  return balances
}
