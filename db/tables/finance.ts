import type { ColumnType } from 'kysely'
import type { CallType } from './catalogue.ts'
import type { Json, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

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
  /** Of what was earned: the model's share then. */
  share_basis_points: Nullable<number>
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

export interface RefundTier {
  /** Cancelled at least this many hours before the start. */
  hoursBefore: number
  /** Of what was paid: 9000 is 90 %. */
  basisPoints: number
}
export interface RefundPoliciesTable {
  id: WithDefault<string>
  version: number
  name: string
  note: WithDefault<string>
  /** The earliest first. */
  tiers: Json<RefundTier[]>
  agency_basis_points: number
  force_majeure_basis_points: number
  created_by: Nullable<string>
  created_at: Timestamp
}
export interface PriceAdjustmentsTable {
  id: string
  kind: 'discount' | 'surcharge'
  label: string
  /** Of rate and services: 1000 is 10 %. Either this or fixed_amount. */
  basis_points: Nullable<number>
  fixed_amount: Nullable<number>
  client_tag: Nullable<string>
  call_type: Nullable<CallType>
  /** ISO: 1 is Monday. */
  weekdays: Nullable<number[]>
  /** Wall time at the place, minutes since midnight; may run past midnight. */
  from_minute: Nullable<number>
  to_minute: Nullable<number>
  minimum_minutes: Nullable<number>
  is_active: WithDefault<boolean>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface PayoutSharesTable {
  model_id: string
  basis_points: number
  version: WithDefault<number>
  updated_by: Nullable<string>
  updated_at: Timestamp
}
export interface PayoutsTable {
  id: string
  ref: WithDefault<string>
  model_id: string
  month: Day
  currency: string
  amount: number
  method: Nullable<'cash' | 'bank_transfer' | 'other'>
  reference: Nullable<string>
  created_by: Nullable<string>
  created_at: Timestamp
  paid_by: Nullable<string>
  paid_at: NullableTimestamp
  withdrawn_by: Nullable<string>
  withdrawn_at: NullableTimestamp
  withdrawn_reason: Nullable<string>
}
export interface PayoutLinesTable {
  transaction_id: string
  payout_id: string
}
export interface RefundRequestsTable {
  id: string
  ref: WithDefault<string>
  booking_id: string
  payment_id: string
  kind: 'full' | 'partial'
  amount: number
  currency: string
  policy_amount: number
  reason: string
  requested_by: string
  requested_at: Timestamp
  outcome: Nullable<'approved' | 'refused'>
  decided_by: Nullable<string>
  decided_at: NullableTimestamp
  decision_note: Nullable<string>
}
