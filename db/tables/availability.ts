import type { Json, Nullable, Timestamp, WithDefault } from './columns.ts'

export type RuleScope = 'global' | 'location' | 'model'
export type RuleKind = 'hours' | 'blackout' | 'notice' | 'step' | 'limits' | 'buffers'
export type SlotKind = 'available' | 'unavailable' | 'tentative'
export type SlotSource = 'manual' | 'automation' | 'sync'

/** A stretch of a weekday's wall-clock time. Minutes since midnight; `to` beyond 1440 is the night into the next day. */
export interface WeeklyPeriod {
  /** ISO: Monday is 1. */
  weekday: number
  from: number
  to: number
}

/** What a rule of each kind says. */
export interface RuleConfigs {
  hours: { periods: WeeklyPeriod[] }
  /** From the first day to the last, both whole. Yearly: each year on the same days. */
  blackout: { from: string; to: string; yearly: boolean }
  notice: { minutes: number }
  /** Starts lie on multiples of this many minutes since midnight. */
  step: { minutes: number }
  limits: {
    minutesPerDay?: number | null
    bookingsPerDay?: number | null
    bookingsPerWeek?: number | null
    restMinutes?: number | null
  }
  buffers: { before: number; after: number }
}

export interface AvailabilityRulesTable {
  id: string
  scope: RuleScope
  location_id: Nullable<string>
  model_id: Nullable<string>
  kind: RuleKind
  service_id: Nullable<string>
  title: WithDefault<string>
  config: Json<RuleConfigs[RuleKind]>
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
