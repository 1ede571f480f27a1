import type { Json, JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export interface ContactRevealsTable {
  id: string
  client_id: string
  user_id: string
  reason: string
  entity_type: 'client' | 'inquiry' | 'booking'
  entity_id: string
  entity_ref: string
  created_at: Timestamp
  expires_at: Timestamp
  ended_at: NullableTimestamp
}
export interface ClientErasuresTable {
  id: string
  client_id: string
  state: 'running' | 'done'
  steps_done: WithDefault<string[]>
  /** Rows changed by each step. */
  counts: JsonWithDefault<Record<string, number>>
  /** Sealed; what to look for elsewhere. */
  identifiers: Nullable<string>
  requested_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  finished_at: NullableTimestamp
}
export interface ExportFilesTable {
  id: string
  maker_id: string
  kind: 'bookings' | 'clients' | 'inquiries' | 'payments' | 'ledger' | 'payouts' | 'statement'
  format: 'csv' | 'xlsx'
  filters: Json<Record<string, unknown>>
  state: 'waiting' | 'running' | 'done' | 'failed' | 'removed'
  row_count: WithDefault<number>
  byte_count: Nullable<number>
  content: Nullable<Buffer>
  error: Nullable<string>
  created_at: Timestamp
  finished_at: NullableTimestamp
  expires_at: Timestamp
}
