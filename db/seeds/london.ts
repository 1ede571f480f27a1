import { Temporal } from 'temporal-polyfill'
import { ZONE } from './places.ts'

/** The agency's own time of day, and where a moment falls in its working day. */
export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const OPENS = 8

function inLondon(at: Date): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ZONE)
}

export function later(at: Date, ms: number): Date {
  return new Date(at.getTime() + ms)
}

/** The same moment when someone is at work (8 to midnight), else soon after they come in. */
export function whenAwake(at: Date, minutesIn = 10): Date {
  const local = inLondon(at)
  if (local.hour >= OPENS) return at
  return new Date(local.with({ hour: OPENS, minute: minutesIn % 60, second: 0, millisecond: 0 }).epochMilliseconds)
}

/** `days` after the London day of `at`, at that hour there. */
export function londonAt(at: Date, days: number, hour: number, minute = 0): Date {
  const local = inLondon(at).add({ days }).with({ hour, minute, second: 0, millisecond: 0, microsecond: 0, nanosecond: 0 })
  return new Date(local.epochMilliseconds)
}
