import { Temporal } from 'temporal-polyfill'

/** Where the agency's own days begin and end. */
const AGENCY_ZONE = 'Europe/London'

export const DUE = ['hour', 'today', 'week'] as const
export type Due = (typeof DUE)[number]

/** Before when a thing is due "within the hour", "today" or "this week" (seven days, today among them), at the agency. */
export function dueBefore(due: Due, now: Date): Date {
  if (due === 'hour') return new Date(now.getTime() + 3_600_000)
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(AGENCY_ZONE).toPlainDate()
  const end = today.add({ days: due === 'today' ? 1 : 7 }).toZonedDateTime(AGENCY_ZONE)
  return new Date(end.epochMilliseconds)
}
