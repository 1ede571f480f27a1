import type { NullableTimestamp, Timestamp } from './columns.ts'

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
