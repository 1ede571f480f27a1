import type { ColumnType } from 'kysely'
import type {
  GeneratedAlways,
  JsonWithDefault,
  Nullable,
  NullableJson,
  NullableTimestamp,
  Timestamp,
  WithDefault,
} from './columns.ts'

export interface LifecycleStatesTable {
  machine: string
  status: string
  is_initial: WithDefault<boolean>
  is_final: WithDefault<boolean>
}
export interface LifecycleTransitionsTable {
  machine: string
  from_status: string
  to_status: string
  event: string
  /** An undo is taken only by taking a step back. */
  kind: WithDefault<'step' | 'undo'>
}
export type ActorKind = 'user' | 'api_key' | 'system' | 'anonymous'
export type Via = 'screen' | 'trpc' | 'rest' | 'rule' | 'job' | 'webhook' | 'system'
export interface AuditLogTable {
  id: string
  at: Timestamp
  actor_kind: ActorKind
  actor_id: Nullable<string>
  actor_name: string
  via: Via
  action: string
  entity_type: string
  entity_id: Nullable<string>
  entity_ref: Nullable<string>
  before: NullableJson<Record<string, unknown>>
  after: NullableJson<Record<string, unknown>>
  reason: Nullable<string>
  cause_id: Nullable<string>
  request_id: Nullable<string>
  ip: Nullable<string>
  agent: Nullable<string>
  /** Its place among all rows; changes of one entity follow each other in it. */
  position: GeneratedAlways<number>
  txid: WithDefault<string>
  /** Null once its contents were erased. */
  salt: Nullable<string>
  /** The audit row of the erasure that took its contents away. */
  redacted_by: Nullable<string>
}
/** A batch of audit rows, chained to the one before it. */
export interface AuditSealsTable {
  day: ColumnType<string, string, never>
  number: number
  at: Timestamp
  row_ids: string[]
  positions: string[]
  digests: Buffer
  payloads: Buffer
  previous: Buffer
  head: Buffer
  cursor_txid: string
  cursor_position: number
  floor_position: number
  server: string
}
/** A job at a time: {key} replaces an earlier one of that key; runAt null removes it. */
export interface Timer {
  key: string
  task: string
  /** ISO 8601; null cancels the timer. */
  runAt: string | null
  payload: Record<string, unknown>
}
export interface DomainEventsTable {
  id: string
  position: GeneratedAlways<number>
  /** Given by the relay; a client's resume point. */
  seq: Nullable<number>
  type: string
  entity_type: string
  entity_id: string
  entity_ref: Nullable<string>
  payload: JsonWithDefault<Record<string, unknown>>
  timers: NullableJson<Timer[]>
  assignee_id: Nullable<string>
  previous_assignee_id: Nullable<string>
  actor_id: Nullable<string>
  cause_id: Nullable<string>
  depth: WithDefault<number>
  occurred_at: Timestamp
  relayed_at: NullableTimestamp
}
export interface ConsumedEventsTable {
  consumer: string
  event_id: string
  consumed_at: Timestamp
}
export interface EffectsTable {
  id: string
  kind: string
  key: string
  state: 'pending' | 'sent' | 'unknown' | 'failed'
  attempts: WithDefault<number>
  payload: JsonWithDefault<Record<string, unknown>>
  answer: NullableJson<unknown>
  last_error: Nullable<string>
  payment_id: Nullable<string>
  /** When it may be looked at again. */
  run_at: ColumnType<Date, Date | string | undefined, Date | string>
  tried_at: NullableTimestamp
  /** Since when nobody knows whether it happened. */
  unknown_at: NullableTimestamp
  created_at: Timestamp
  updated_at: Timestamp
}
export interface IdempotencyKeysTable {
  scope: string
  key: string
  operation: string
  input_hash: string
  owner: string
  state: 'running' | 'done'
  response: NullableJson<unknown>
  created_at: Timestamp
  locked_until: Timestamp
}
export interface WorkerProcessesTable {
  id: string
  kind: 'critical' | 'ops' | 'heavy' | 'web'
  pid: number
  host: string
  pool_ids: WithDefault<string[]>
  started_at: Timestamp
  beat_at: Timestamp
  stopped_at: NullableTimestamp
}
/** Requests of one caller in its present minute; unlogged. */
export interface RequestCountersTable {
  key: string
  window_start: Date
  used: number
}
