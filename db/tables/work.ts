import type { Priority } from './clients-inquiries.ts'
import type { GeneratedAlways, JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type TaskStatus = 'open' | 'in_progress' | 'done' | 'failed' | 'cancelled'
export type ExceptionStatus = 'open' | 'investigating' | 'resolved' | 'dismissed'
export type Severity = 'low' | 'medium' | 'high' | 'critical'
export type ExceptionType =
  | 'payment_failed'
  | 'no_show_risk'
  | 'overbooking'
  | 'mismatch'
  | 'policy_violation'
  | 'hold_expired'
  | 'job_failed'
  | 'other'
export type TaskEntity = 'inquiry' | 'booking' | 'client' | 'model' | 'payment' | 'exception'
export type ExceptionEntity = 'inquiry' | 'booking' | 'client' | 'model' | 'payment' | 'task' | 'job'

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
