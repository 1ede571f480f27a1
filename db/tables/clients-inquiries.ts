import type { Json, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type Channel = 'email' | 'phone' | 'sms' | 'whatsapp' | 'telegram'
export type InquirySource = 'web' | 'telegram' | 'whatsapp' | 'phone' | 'partner'
export type InquiryStatus = 'new' | 'qualified' | 'awaiting_client' | 'awaiting_deposit' | 'converted' | 'lost' | 'spam'
export type Priority = 'low' | 'normal' | 'high' | 'critical'

export interface ClientsTable {
  id: string
  ref: WithDefault<string>
  name: string
  email: Nullable<string>
  /** E.164. */
  phone: Nullable<string>
  preferred_channel: WithDefault<Channel>
  tags: WithDefault<string[]>
  notes: WithDefault<string>
  merged_into_id: Nullable<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
  /** Since when only a pseudonym is left. */
  erased_at: NullableTimestamp
}
/** What a merge moved from the merged client to the survivor. */
export interface MergeMoved {
  inquiries: string[]
  bookings: string[]
  tasks: string[]
  exceptions: string[]
}
/** The survivor's own fields before the merge filled their gaps. */
export interface SurvivorBefore {
  email: string | null
  phone: string | null
  tags: string[]
  notes: string
}
export interface ClientMergesTable {
  id: string
  survivor_id: string
  merged_id: string
  moved: Json<MergeMoved>
  survivor_before: Json<SurvivorBefore>
  merged_by: Nullable<string>
  merged_at: Timestamp
  undone_by: Nullable<string>
  undone_at: NullableTimestamp
}
export interface InquiriesTable {
  id: string
  ref: WithDefault<string>
  source: InquirySource
  external_ref: Nullable<string>
  client_id: string
  subject: WithDefault<string>
  message: string
  location_id: Nullable<string>
  window_from: NullableTimestamp
  window_to: NullableTimestamp
  priority: WithDefault<Priority>
  status: InquiryStatus
  status_reason: Nullable<string>
  deposit_amount: Nullable<number>
  currency: WithDefault<string>
  waiver_reason: Nullable<string>
  waived_by: Nullable<string>
  assignee_id: Nullable<string>
  answered_at: NullableTimestamp
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
}
export interface InquiryServicesTable {
  inquiry_id: string
  service_id: string
}
export interface MatchReason {
  factor: string
  points: number
  text: string
}
export interface InquiryMatchesTable {
  inquiry_id: string
  model_id: string
  score: number
  reasons: Json<MatchReason[]>
  matched_at: Timestamp
}
export interface NotesTable {
  id: string
  entity_type: 'inquiry' | 'task' | 'exception' | 'client' | 'model'
  entity_id: string
  body: string
  created_by: Nullable<string>
  created_at: Timestamp
  deleted_at: NullableTimestamp
}
