import { sql } from 'kysely'
import type { LedgerKind } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'

export const LEDGER_ACCOUNTS = [
  'cash',
  'provider_clearing',
  'disputes',
  'client_deposits',
  'model_payable',
  'revenue',
  'refunds',
  'model_costs',
  'fees',
  'dispute_losses',
] as const
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number]

export interface LedgerEntry {
  account: LedgerAccount
  /** Minor units; a debit is positive, a credit negative. */
  amount: number
}

/** One fact of the business as the books see it. */
export interface LedgerPosting {
  /** Names the fact (`payment:<id>:received`): posted once, however often and from wherever it is told. */
  key: string
  kind: LedgerKind
  currency: string
  /** At least two, summing to zero. Those of nothing are left out. */
  entries: readonly LedgerEntry[]
  bookingId?: string | null
  paymentId?: string | null
  modelId?: string | null
  /** Of what was earned: the model's share. */
  shareBasisPoints?: number | null
  memo?: string
}

/**
 * Writes one transaction to the books, in the caller's transaction and now: the month is that of `tx.now` in the
 * agency's zone. The same key again writes nothing. Travels with what follows (nobody waits for it). Throws when the
 * entries don't sum to zero; the database refuses that too, and refuses closed months.
 */
export function postLedger(tx: Tx, posting: LedgerPosting): void {
  const statement = statementOf(tx, posting)
  if (statement) tx.send(statement)
}

/** The same for who reads it back: a refusal is thrown here. Answers the transaction; undefined when it was there. */
export async function postLedgerNow(tx: Tx, posting: LedgerPosting): Promise<{ id: string; ref: string } | undefined> {
  const statement = statementOf(tx, posting)
  return statement ? (await tx.run(statement))[0] : undefined
}

function statementOf(tx: Tx, posting: LedgerPosting) {
  const entries = posting.entries.filter((entry) => entry.amount !== 0)
  if (entries.length === 0) return undefined
  const sum = entries.reduce((total, entry) => total + entry.amount, 0)
  if (sum !== 0 || !entries.every((entry) => Number.isSafeInteger(entry.amount))) {
    throw new Error(`${posting.key} does not balance: ${sum}`)
  }
  const { ctx, now } = tx
  return sql<{ id: string; ref: string }>`
    with posted as (
      insert into ledger_transactions (id, key, kind, currency, booking_id, payment_id, model_id, memo, share_basis_points, posted_at,
        created_by, month)
      select ${ctx.ids.next()}::uuid, ${posting.key}, ${posting.kind}, ${posting.currency}, ${posting.bookingId ?? null}::uuid,
        ${posting.paymentId ?? null}::uuid, ${posting.modelId ?? null}::uuid, ${posting.memo ?? ''},
        ${posting.shareBasisPoints ?? null}::integer, ${now}::timestamptz,
        ${ctx.actor.kind === 'user' ? ctx.actor.id : null}::uuid,
        date_trunc('month', ${now}::timestamptz at time zone (select value #>> '{}' from settings where key = 'agency_zone'))::date
      on conflict (key) do nothing
      returning id, ref, month, currency),
    lines as (
      insert into ledger_entries (transaction_id, line, account, amount, month, currency)
      select p.id, e.line, e.entry ->> 'account', (e.entry ->> 'amount')::bigint, p.month, p.currency
      from posted p, jsonb_array_elements(${JSON.stringify(entries)}::jsonb) with ordinality as e (entry, line))
    select id, ref from posted`
}
