import type { Priority } from './clients-inquiries.ts'
import type { GeneratedAlways, Json, JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type TaskStatus = 'open' | 'in_progress' | 'done' | 'failed' | 'cancelled'
export type ExceptionStatus = 'open' | 'investigating' | 'resolved' | 'dismissed'
export type Severity = 'low' | 'medium' | 'high' | 'critical'
export type ExceptionType =
  | 'payment_failed'
  | 'payment_dispute'
  | 'payment_difference'
  | 'no_show_risk'
  | 'overbooking'
  | 'mismatch'
  | 'policy_violation'
  | 'hold_expired'
  | 'job_failed'
  | 'other'
export type TaskEntity = 'inquiry' | 'booking' | 'client' | 'model' | 'payment' | 'exception'
export type ExceptionEntity = 'inquiry' | 'booking' | 'client' | 'model' | 'payment' | 'task' | 'job'

/** A status of what it is about, a note, or whatever happens to either. */
export type SnoozeEvent = 'status' | 'note' | 'any'

export interface TasksTable {
  id: string
  ref: WithDefault<string>
  type: string
  subject: string
  details: WithDefault<string>
  entity_type: Nullable<TaskEntity>
  entity_id: Nullable<string>
  entity_ref: Nullable<string>
  client_id: Nullable<string>
  priority: WithDefault<Priority>
  priority_rank: GeneratedAlways<number>
  status: TaskStatus
  status_reason: Nullable<string>
  assignee_id: Nullable<string>
  due_at: NullableTimestamp
  sla_deadline_at: NullableTimestamp
  completed_at: NullableTimestamp
  snoozed_at: NullableTimestamp
  snoozed_until: NullableTimestamp
  /** What else than the time brings it back. */
  snooze_event: Nullable<SnoozeEvent>
  snoozed_by: Nullable<string>
  returned_at: NullableTimestamp
  returned_because: Nullable<string>
  /** A claim that lapses; null: it is theirs until they give it back. */
  claimed_until: NullableTimestamp
  sla_warn_at: NullableTimestamp
  sla_warned_at: NullableTimestamp
  sla_breached_at: NullableTimestamp
  dedupe_key: Nullable<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface ExceptionsTable {
  id: string
  ref: WithDefault<string>
  type: ExceptionType
  severity: Severity
  severity_rank: GeneratedAlways<number>
  status: ExceptionStatus
  entity_type: Nullable<ExceptionEntity>
  entity_id: Nullable<string>
  entity_ref: Nullable<string>
  client_id: Nullable<string>
  summary: string
  details: JsonWithDefault<Record<string, unknown>>
  resolution: Nullable<string>
  assignee_id: Nullable<string>
  sla_deadline_at: NullableTimestamp
  closed_at: NullableTimestamp
  occurrences: WithDefault<number>
  snoozed_at: NullableTimestamp
  snoozed_until: NullableTimestamp
  /** What else than the time brings it back. */
  snooze_event: Nullable<SnoozeEvent>
  snoozed_by: Nullable<string>
  returned_at: NullableTimestamp
  returned_because: Nullable<string>
  /** A claim that lapses; null: it is theirs until they give it back. */
  claimed_until: NullableTimestamp
  sla_warn_at: NullableTimestamp
  sla_warned_at: NullableTimestamp
  sla_breached_at: NullableTimestamp
  dedupe_key: Nullable<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface SlaPoliciesTable {
  subject: 'task' | 'exception'
  type: string
  priority: Priority | Severity
  minutes: number
}
/** Nobody's items are under the zero id. */
export interface WorkCountsTable {
  kind: 'task' | 'exception'
  assignee_id: string
  type: string
  rank: number
  snoozed: boolean
  count: number
}
export interface WorkCountChangesTable {
  position: GeneratedAlways<number>
  kind: 'task' | 'exception'
  assignee_id: string
  type: string
  rank: number
  snoozed: boolean
  delta: number
}
export interface UndoEntriesTable {
  id: string
  actor_id: string
  label: string
  bulk_key: Nullable<string>
  created_at: Timestamp
  expires_at: Timestamp
  undone_at: NullableTimestamp
}
export interface UndoStepsTable {
  undo_id: string
  kind: 'task' | 'exception'
  item_id: string
  item_ref: string
  version: number
  inverse: Json<Record<string, unknown>>
  undone_at: NullableTimestamp
}
export interface PresenceTable {
  kind: 'task' | 'exception'
  item_id: string
  user_id: string
  mode: 'viewing' | 'editing'
  seen_at: Timestamp
}
