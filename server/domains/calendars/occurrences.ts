import ICAL from 'ical.js'
import { CalendarProblem } from './calendar-problem.ts'
import type { Clock, Moment } from './calendar-zone.ts'
import type { Length, Reading } from './read-busy-times.ts'

/** A rule that began long ago is walked from its beginning; one that repeats each second would never end. */
const MOST_STEPS = 100_000
const DAY_MS = 86_400_000

/**
 * When an event begins that touches the reading: once, or by its rules and dates less its exceptions. The rules are walked by
 * the wall clock without a zone, and each wall time is given its instant afterwards: so a Monday at nine stays at nine.
 */
export function* startsOf(event: ICAL.Component, clock: Clock, reading: Reading, length: Length): Generator<Moment> {
  const start = event.getFirstProperty('dtstart')
  const first = start?.getFirstValue()
  if (!start || !(first instanceof ICAL.Time)) return
  const zone = clock.zoneOf(start)
  const left = new Set(event.getAllProperties('exdate').flatMap((property) => clock.instantsOf(property)))
  const rules = event.getAllProperties('rrule')
  const given = new Set<number>()
  const fits = (moment: Moment) => {
    if (left.has(moment.instant) || given.has(moment.instant)) return false
    given.add(moment.instant)
    return true
  }
  const once = clock.momentOf(first, zone)
  if (rules.length === 0 && fits(once)) yield once
  for (const rule of rules) {
    for (const wall of wallTimesOf(rule, first, zone, clock, reading, length.ms)) {
      const moment = clock.momentOf(wall, zone)
      if (fits(moment)) yield moment
    }
  }
  for (const property of event.getAllProperties('rdate')) {
    for (const value of property.getValues()) {
      const wall = value instanceof ICAL.Period ? value.start : value
      if (!(wall instanceof ICAL.Time)) continue
      const moment = clock.momentOf(wall, clock.zoneOf(property))
      if (fits(moment)) yield moment
    }
  }
}

function* wallTimesOf(
  property: ICAL.Property,
  first: ICAL.Time,
  zone: string | null,
  clock: Clock,
  reading: Reading,
  lengthMs: number,
): Generator<ICAL.Time> {
  const rule = property.getFirstValue()
  if (!(rule instanceof ICAL.Recur)) return
  const { until } = rule
  rule.until = null
  const lastInstant = until ? lastOf(until, zone, clock) : Number.POSITIVE_INFINITY
  const walk = rule.iterator(floating(first))
  for (let step = 0; ; step++) {
    if (step > MOST_STEPS) throw new CalendarProblem('An event of the calendar repeats more often than can be followed.')
    const wall = walk.next()
    if (!wall) return
    const roughly = Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
    if (roughly > reading.to + DAY_MS) return
    if (roughly + lengthMs < reading.from - 2 * DAY_MS) continue
    if (clock.momentOf(wall, zone).instant > lastInstant) return
    yield wall
  }
}

/** UNTIL is in UTC when the event has a zone; a day or a floating time is of the event's own clock, to its end. */
function lastOf(until: ICAL.Time, zone: string | null, clock: Clock): number {
  if (until.isDate) return clock.momentOf(until, zone).instant + DAY_MS - 1
  return clock.momentOf(until, until.zone === ICAL.Timezone.utcTimezone ? 'UTC' : zone).instant
}

function floating(time: ICAL.Time): ICAL.Time {
  const { year, month, day, hour, minute, second, isDate } = time
  return new ICAL.Time({ year, month, day, hour, minute, second, isDate }, ICAL.Timezone.localTimezone)
}
