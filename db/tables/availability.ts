import type { Json, Nullable, Timestamp, WithDefault } from './columns.ts'

export type RuleScope = 'global' | 'location' | 'model'
export type RuleKind = 'hours' | 'blackout' | 'notice' | 'step' | 'limits' | 'buffers'
export type SlotKind = 'available' | 'unavailable' | 'tentative'
export type SlotSource = 'manual' | 'automation' | 'sync'

export interface AvailabilityRulesTable {
  id: string
  scope: RuleScope
  location_id: Nullable<string>
  model_id: Nullable<string>
  kind: RuleKind
  service_id: Nullable<string>
  title: WithDefault<string>
  /** Its shape depends on kind: RuleConfigs of the availability domain. */
  config: Json<Record<string, unknown>>
  active: WithDefault<boolean>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface AvailabilityExceptionsTable {
  id: string
  model_id: string
  /** A day of the model's zone: 2026-12-25. */
  on_day: string
  opens: boolean
  /** Minutes of wall-clock time since that day's midnight; beyond 1440 it is the day after. */
  from_minute: number
  to_minute: number
  note: WithDefault<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface AvailabilitySlotsTable {
  id: string
  model_id: string
  kind: SlotKind
  source: WithDefault<SlotSource>
  /** 0–1. */
  confidence: WithDefault<number>
  starts_at: Timestamp
  ends_at: Timestamp
  note: WithDefault<string>
  /** Of source sync: the calendar elsewhere that says it. */
  calendar_id: Nullable<string>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface TravelTimesTable {
  from_location_id: string
  to_location_id: string
  minutes: number
  updated_at: Timestamp
}
