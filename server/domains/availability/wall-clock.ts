import { Temporal } from 'temporal-polyfill'

/**
 * Wall-clock time of a zone as plain numbers: deciding asks for thousands of them, and a Temporal object for each would
 * cost more than the rest. Temporal tells the zone's transitions; between two of them an offset is fixed.
 */

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const DAY = 86_400_000

/** An offset holds for [from, to). Milliseconds. */
interface Period {
  from: number
  to: number
  offset: number
}

/** What Temporal said about each zone. Zones are few and their past and rules don't change while a process runs. */
const periods = new Map<string, Period[]>()

function periodAt(zone: string, at: number): Period {
  let known = periods.get(zone)
  if (!known) {
    known = []
    periods.set(zone, known)
  }
  for (const period of known) if (at >= period.from && at < period.to) return period
  const there = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
  const next = there.getTimeZoneTransition('next')
  // A transition at this very moment belongs to what follows it; 'previous' would look before it.
  const previous = Temporal.Instant.fromEpochMilliseconds(at + 1)
    .toZonedDateTimeISO(zone)
    .getTimeZoneTransition('previous')
  const period = {
    from: previous ? previous.epochMilliseconds : Number.NEGATIVE_INFINITY,
    to: next ? next.epochMilliseconds : Number.POSITIVE_INFINITY,
    offset: there.offsetNanoseconds / 1e6,
  }
  known.unshift(period)
  return period
}

/** A moment on the wall: days since 1970-01-01 and minutes (with their fractions) since midnight. */
export interface WallTime {
  day: number
  minute: number
}

export function wallTime(zone: string, at: number): WallTime {
  const local = at + periodAt(zone, at).offset
  const day = Math.floor(local / DAY)
  return { day, minute: (local - day * DAY) / MINUTE }
}

/**
 * The first moment at which clocks on the wall show this day and minute, or later: in the hour that comes twice it is the
 * first time, in the hour that is skipped it is the moment clocks jump. So it never goes back when the wall time grows,
 * and a stretch of wall time never ends before it begins. Minutes may go beyond a day.
 */
export function wallInstant(zone: string, day: number, minute: number): number {
  const local = day * DAY + minute * MINUTE
  const before = periodAt(zone, local - DAY)
  const early = local - before.offset
  if (early < before.to) return early
  const after = periodAt(zone, before.to)
  // Beyond the jump: later by the new offset, but not before the jump itself (a skipped hour).
  const late = local - after.offset
  if (late < before.to) return before.to
  return late < after.to ? late : wallInstantByTemporal(zone, local)
}

/** Two transitions within a day or two: no zone has them now, some have had. */
function wallInstantByTemporal(zone: string, local: number): number {
  const wall = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime()
  return wall.toZonedDateTime(zone, { disambiguation: 'earlier' }).epochMilliseconds
}

/** Days since 1970-01-01 of a date such as 2026-12-25. */
export function dayOf(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / DAY
}

/** 2026-12-25 */
export function dateOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10)
}

/** ISO: Monday is 1, Sunday 7. */
export function weekdayOf(day: number): number {
  return ((((day + 3) % 7) + 7) % 7) + 1
}

/** 19:05; minutes beyond a day are of the day after. */
export function clockText(minute: number): string {
  const ofDay = ((Math.floor(minute) % 1440) + 1440) % 1440
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Fri 25 Dec */
export function dayText(day: number): string {
  const date = new Date(day * DAY)
  return `${WEEKDAYS[weekdayOf(day) - 1]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** 19:05 on Fri 25 Dec */
export function momentText(zone: string, at: number): string {
  const { day, minute } = wallTime(zone, at)
  return `${clockText(minute)} on ${dayText(day)}`
}

/** 19:05–20:05 on Fri 25 Dec, or both days when it ends on another. */
export function stretchText(zone: string, from: number, to: number): string {
  const [start, end] = [wallTime(zone, from), wallTime(zone, to)]
  if (start.day === end.day || (end.day === start.day + 1 && end.minute === 0)) {
    return `${clockText(start.minute)}–${end.minute === 0 ? '24:00' : clockText(end.minute)} on ${dayText(start.day)}`
  }
  return `${clockText(start.minute)} on ${dayText(start.day)} – ${clockText(end.minute)} on ${dayText(end.day)}`
}

/** The whole minute nearest to `from`, at it or to one side of it, whose minutes since midnight are a multiple of `step`. */
export function onStep(zone: string, from: number, step: number, side: 1 | -1): number {
  let at = (side === 1 ? Math.ceil(from / MINUTE) : Math.floor(from / MINUTE)) * MINUTE
  const here = wallTime(zone, at)
  const off = here.minute % step
  if (off === 0) return at
  const jump = side === 1 ? step - off : -off
  const there = wallTime(zone, at + jump * MINUTE)
  if (there.day === here.day && there.minute - here.minute === jump) return at + jump * MINUTE
  // Midnight, or a change of clocks, lies between: minute by minute, or one that is nearer would be passed over.
  do at += side * MINUTE
  while (wallTime(zone, at).minute % step !== 0)
  return at
}
