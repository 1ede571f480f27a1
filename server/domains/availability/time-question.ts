import type { CallType } from '#db/tables/index.ts'

/** May this model be booked for [startsAt, endsAt) at that place? */
export interface TimeQuestion {
  modelId: string
  startsAt: Date
  endsAt: Date
  /** Null: not known yet, the way there is not counted. */
  locationId: string | null
  callType: CallType
  serviceIds?: readonly string[]
  /** A booking that is being moved does not stand in its own way. */
  exceptBookingId?: string | null
  /** The ledger's row of a hold that becomes this booking. */
  exceptHoldId?: string | null
}

/** What can forbid a time. */
export type TimeRule =
  | 'overlap'
  | 'travel'
  | 'hours'
  | 'blackout'
  | 'exception'
  | 'unavailable'
  | 'notice'
  | 'step'
  | 'hours_per_day'
  | 'bookings_per_day'
  | 'bookings_per_week'
  | 'rest'
  | 'suspended'
  | 'inactive'

/** The smallest change that would satisfy this one rule; others may still forbid it. */
export interface SmallestChange {
  text: string
  /** Move the start here, the length stays. */
  start?: Date
  /** With start: the whole new time. Alone: end here. */
  end?: Date
  /** What else to change, e.g. `locationId`. */
  field?: string
}

export interface TimeReason {
  rule: TimeRule
  /** False: the ledger or the model's own state forbids it, and no right allows it. */
  overridable: boolean
  /** A sentence for people, times in the model's zone. */
  text: string
  change: SmallestChange | null
  /** The stretch that is in the way. */
  from?: Date
  to?: Date
  /** The ledger's row that is in the way. */
  blockId?: string
  bookingId?: string | null
}

export interface TimeDecision {
  ok: boolean
  /** Empty when ok. */
  reasons: TimeReason[]
  /** Part of it stands in a tentative slot. */
  tentative: boolean
  /** Minutes kept free before and after, as the ledger shall keep them: the larger of buffer and way. */
  minutesBefore: number
  minutesAfter: number
  /** Minutes of the way from the neighbour before and to the one after; 0 without one. */
  travelBefore: number
  travelAfter: number
}
