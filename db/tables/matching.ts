import type { JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'
import type { Severity } from './work.ts'

export interface CalendarFeedsTable {
  model_id: string
  token_hash: string
  sealed_token: string
  busy_only: WithDefault<boolean>
  last_read_at: NullableTimestamp
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export type CalendarState = 'new' | 'fresh' | 'stale'
export interface ExternalCalendarsTable {
  id: string
  model_id: string
  name: string
  host: string
  sealed_address: string
  state: WithDefault<CalendarState>
  /** Since when it could not be read; null while it can. */
  stale_since: NullableTimestamp
  problem: Nullable<string>
  tried_at: NullableTimestamp
  read_at: NullableTimestamp
  next_read_at: Timestamp
  failures: WithDefault<number>
  busy_count: WithDefault<number>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface CoverRulesTable {
  id: string
  location_id: string
  name: string
  /** 1 is Monday, 7 is Sunday. */
  weekdays: number[]
  from_minute: number
  /** Past midnight when it is not after from_minute. */
  to_minute: number
  needed: number
  is_active: WithDefault<boolean>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
}
export type MismatchKind = 'booking_without_slot' | 'overlapping_slots' | 'slot_of_suspended' | 'missing_cover' | 'stale_calendar'
/** A way to mend it: which procedure with what input, or where a person goes. */
export interface MismatchFix {
  key: string
  label: string
  /** What `mismatches.fix` does with it; `open` is a page. */
  action:
    | { kind: 'open'; entity: 'booking' | 'model' | 'calendar' | 'cover'; id: string }
    | { kind: 'add_slot'; modelId: string; start: string; end: string }
    | { kind: 'remove_slot'; slotId: string }
    | { kind: 'remove_slots'; modelId: string }
    | { kind: 'move_booking'; bookingId: string; start: string; end: string }
    | { kind: 'read_calendar'; calendarId: string }
}
export interface AvailabilityMismatchesTable {
  id: string
  ref: WithDefault<string>
  kind: MismatchKind
  severity: Severity
  dedupe_key: string
  model_id: Nullable<string>
  location_id: Nullable<string>
  booking_id: Nullable<string>
  calendar_id: Nullable<string>
  cover_rule_id: Nullable<string>
  from_at: NullableTimestamp
  to_at: NullableTimestamp
  summary: string
  expected: string
  actual: string
  fixes: JsonWithDefault<MismatchFix[]>
  occurrences: WithDefault<number>
  exception_id: Nullable<string>
  detected_at: Timestamp
  seen_at: Timestamp
  resolved_at: NullableTimestamp
}
export type DemandConstraint = 'place' | 'services' | 'time' | 'hours' | 'price' | 'blacklist' | 'not_looked'
export interface UnmetDemandTable {
  inquiry_id: string
  source: 'no_match' | 'ended'
  constraint_kind: DemandConstraint
  detail: string
  location_id: Nullable<string>
  service_ids: WithDefault<string[]>
  window_from: NullableTimestamp
  window_to: NullableTimestamp
  considered: WithDefault<number>
  noted_at: Timestamp
  met_at: NullableTimestamp
}
