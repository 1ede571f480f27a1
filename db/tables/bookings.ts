import type { CallType } from './catalogue.ts'
import type { GeneratedAlways, JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type BookingStatus =
  | 'draft'
  | 'pending'
  | 'deposit_required'
  | 'confirmed'
  | 'in_progress'
  | 'completed'
  | 'cancelled'
  | 'no_show'
  | 'expired'
export type DepositStatus = 'none' | 'pending' | 'paid' | 'failed'
export type PaymentStatus = 'unpaid' | 'partial' | 'paid' | 'refunded'

export interface PriceLine {
  kind: 'rate' | 'service' | 'taxi' | 'surcharge' | 'discount'
  label: string
  /** Minor units; a discount's is negative. */
  amount: number
}
export interface BookingsTable {
  id: string
  ref: WithDefault<string>
  inquiry_id: Nullable<string>
  client_id: string
  model_id: string
  location_id: string
  starts_at: Timestamp
  ends_at: Timestamp
  call_type: WithDefault<CallType>
  status: BookingStatus
  status_reason: Nullable<string>
  /** Minor units of currency. */
  price_amount: number
  price_lines: JsonWithDefault<PriceLine[]>
  currency: WithDefault<string>
  deposit_amount: Nullable<number>
  deposit_status: WithDefault<DepositStatus>
  deposit_deadline_at: NullableTimestamp
  payment_status: WithDefault<PaymentStatus>
  paid_amount: WithDefault<number>
  waiver_reason: Nullable<string>
  waived_by: Nullable<string>
  client_confirmed_arrival: WithDefault<boolean>
  assignee_id: Nullable<string>
  internal_notes: WithDefault<string>
  /** Of refund_policies: the one it was made under. */
  refund_policy_version: WithDefault<number>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
}
export interface BookingServicesTable {
  booking_id: string
  service_id: string
  extra_amount: WithDefault<number>
}
export interface BookingTimelineTable {
  id: string
  booking_id: string
  at: Timestamp
  kind: string
  title: string
  body: Nullable<string>
  data: JsonWithDefault<Record<string, unknown>>
  actor_id: Nullable<string>
  actor_name: string
}
export type BlockKind = 'hold' | 'booking' | 'time_off' | 'tour_duty' | 'travel'
export interface TimeBlocksTable {
  id: string
  model_id: string
  kind: BlockKind
  booking_id: Nullable<string>
  /** Where; of a booking's block its booking says so too. */
  location_id: Nullable<string>
  active: WithDefault<boolean>
  starts_at: Timestamp
  ends_at: Timestamp
  minutes_before: WithDefault<number>
  minutes_after: WithDefault<number>
  block_from: GeneratedAlways<Date>
  block_to: GeneratedAlways<Date>
  block: GeneratedAlways<string>
  expires_at: NullableTimestamp
  reason: Nullable<string>
  /** Minutes, part of minutes_before and minutes_after. */
  travel_before: WithDefault<number>
  travel_after: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export type HoldStatus = 'held' | 'booked' | 'released' | 'expired'
export interface TimeHoldsTable {
  /** That of its block, too. */
  id: string
  client_id: string
  model_id: string
  location_id: string
  starts_at: Timestamp
  ends_at: Timestamp
  call_type: WithDefault<CallType>
  status: WithDefault<HoldStatus>
  expires_at: Timestamp
  latest_at: Timestamp
  booking_id: Nullable<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
