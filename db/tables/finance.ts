import type { ColumnType } from 'kysely'
import type { Json, Nullable, Timestamp, WithDefault } from './columns.ts'

/** A date without a time; read as text by the queries that need one (`month::text`), written as 2026-11-01. */
type Day = ColumnType<Date, string, never>

export type AccountKind = 'asset' | 'liability' | 'income' | 'expense'
export interface LedgerAccountsTable {
  code: string
  name: string
  kind: AccountKind
  explanation: string
  sort_order: number
}
export type LedgerKind = 'payment' | 'refund' | 'fee' | 'dispute' | 'earned' | 'payout' | 'adjustment'
export interface LedgerTransactionsTable {
  id: string
  ref: WithDefault<string>
  /** The fact of the business it follows from; unique. */
  key: string
  kind: LedgerKind
  currency: string
  booking_id: Nullable<string>
  payment_id: Nullable<string>
  model_id: Nullable<string>
  memo: WithDefault<string>
  month: Day
  posted_at: Timestamp
  created_by: Nullable<string>
}
export interface LedgerEntriesTable {
  transaction_id: string
  line: number
  account: string
  /** Minor units; a debit is positive, a credit negative. */
  amount: number
  month: Day
  currency: string
}
export interface FinanceMonthsTable {
  month: Day
  closed_at: Timestamp
  closed_by: Nullable<string>
  balances: Json<Record<string, Record<string, number>>>
}
