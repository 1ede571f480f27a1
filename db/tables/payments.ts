import type { Json, JsonWithDefault, Nullable, NullableJson, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type PaymentKind = 'deposit' | 'full' | 'refund'
export type PaymentPurpose = 'deposit' | 'balance' | 'difference'
export type PaymentState =
  | 'pending'
  | 'requires_action'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'partly_refunded'
  | 'refunded'
  | 'disputed'
export type RefundKind = 'policy' | 'full' | 'partial' | 'waived' | 'late' | 'dispute' | 'provider'
/** Whose money moves: real, Stripe's test mode, or the local stand-in. */
export type ProviderMode = 'live' | 'test' | 'simulator'

export interface PaymentsTable {
  id: string
  ref: WithDefault<string>
  booking_id: string
  provider: WithDefault<'manual' | 'stripe'>
  /** The payment intent; of a refund the provider's refund or dispute. */
  provider_id: Nullable<string>
  provider_mode: Nullable<ProviderMode>
  charge_id: Nullable<string>
  type: PaymentKind
  purpose: Nullable<PaymentPurpose>
  method: Nullable<'cash' | 'bank_transfer' | 'card_terminal' | 'other'>
  status: PaymentState
  amount: number
  currency: string
  reference: Nullable<string>
  raw: NullableJson<unknown>
  refund_of: Nullable<string>
  refund_kind: Nullable<RefundKind>
  reason: Nullable<string>
  /** Given back of this payment, minor units. */
  refunded_amount: WithDefault<number>
  /** Until when its link takes money. */
  expires_at: NullableTimestamp
  token_hash: Nullable<string>
  sealed_token: Nullable<string>
  sealed_client_secret: Nullable<string>
  failure_code: Nullable<string>
  failure_text: Nullable<string>
  dispute_due_at: NullableTimestamp
  settled_at: NullableTimestamp
  provider_facts: JsonWithDefault<Record<string, unknown>>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface ProviderEventsTable {
  id: string
  provider: 'stripe'
  event_id: string
  type: string
  object_id: Nullable<string>
  intent_id: Nullable<string>
  account: Nullable<string>
  livemode: boolean
  payload: Json<Record<string, unknown>>
  deliveries: WithDefault<number>
  state: 'waiting' | 'done' | 'ignored' | 'unmatched'
  outcome: Nullable<string>
  payment_id: Nullable<string>
  /** By the provider's clock. */
  created_at: Timestamp
  received_at: Timestamp
  processed_at: NullableTimestamp
}
export interface ProviderHealthTable {
  provider: string
  state: 'closed' | 'open' | 'half_open'
  since_at: Timestamp
  last_ok_at: NullableTimestamp
  last_failure_at: NullableTimestamp
  last_error: Nullable<string>
  failures: WithDefault<number>
}
export interface ReconciliationRunsTable {
  id: string
  provider: string
  from_at: Timestamp
  to_at: Timestamp
  state: 'running' | 'done' | 'failed'
  asked_by: Nullable<string>
  compared: WithDefault<number>
  difference_count: WithDefault<number>
  error: Nullable<string>
  created_at: Timestamp
  finished_at: NullableTimestamp
}
export type DifferenceKind = 'missing_here' | 'missing_there' | 'status' | 'amount' | 'refunds' | 'currency'
export interface ProviderDifferencesTable {
  id: string
  run_id: string
  last_run_id: string
  key: string
  kind: DifferenceKind
  payment_id: Nullable<string>
  object_id: Nullable<string>
  ours: Json<Record<string, unknown>>
  theirs: Json<Record<string, unknown>>
  state: 'open' | 'resolved'
  exception_id: Nullable<string>
  resolution: Nullable<string>
  created_at: Timestamp
  seen_at: Timestamp
  resolved_at: NullableTimestamp
}
