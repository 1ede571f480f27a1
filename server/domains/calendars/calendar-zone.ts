import ICAL from 'ical.js'
import { Temporal } from 'temporal-polyfill'

/** A wall time with where its clock hangs (null: nowhere, then it is the reader's), and the instant that is. */
export interface Moment {
  instant: number
  wall: ICAL.Time
  zone: string | null
}

/** Turns the times of one calendar into instants. */
export interface Clock {
  /** The zone a property names: `UTC`, an id, or null for floating times and whole days. */
  zoneOf(property: ICAL.Property): string | null
  momentOf(wall: ICAL.Time, zone: string | null): Moment
  /** All values of EXDATE, RDATE or RECURRENCE-ID as instants. */
  instantsOf(property: ICAL.Property): number[]
}

/**
 * A zone is taken by its IANA name where it has one, whatever the calendar says its rules are: those are often of one year.
 * Names that IANA does not know (“GMT Standard Time”) are read by the calendar's own VTIMEZONE, and without one as the reader's.
 */
export function clockOf(calendar: ICAL.Component, readersZone: string): Clock {
  const own = new Map<string, ICAL.Timezone>()
  for (const component of calendar.getAllSubcomponents('vtimezone')) {
    const id = component.getFirstPropertyValue('tzid')
    if (typeof id === 'string') own.set(id, new ICAL.Timezone(component))
  }
  const known = new Map<string, string | null>()
  const ianaOf = (id: string): string | null => {
    const before = known.get(id)
    if (before !== undefined) return before
    // “/example.org/20260101_1/Europe/London” ends in a name as well.
    const parts = id.split('/').filter(Boolean)
    const name = [id, parts.slice(-3).join('/'), parts.slice(-2).join('/')].find(isZone) ?? null
    known.set(id, name)
    return name
  }
  const instantOf = (wall: ICAL.Time, zone: string | null): number => {
    if (zone === 'UTC') return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second)
    const name = zone === null ? readersZone : ianaOf(zone)
    const rules = zone === null ? undefined : own.get(zone)
    if (name === null && rules) {
      return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute, wall.second) - rules.utcOffset(wall) * 1000
    }
    const { year, month, day, hour, minute, second } = wall
    return Temporal.PlainDateTime.from({ year, month, day, hour, minute, second }).toZonedDateTime(name ?? readersZone)
      .epochMilliseconds
  }
  const zoneOf = (property: ICAL.Property): string | null => {
    const value = property.getFirstValue()
    const time = value instanceof ICAL.Period ? value.start : value
    if (time instanceof ICAL.Time && time.isDate) return null
    if (time instanceof ICAL.Time && time.zone === ICAL.Timezone.utcTimezone) return 'UTC'
    const id = property.getFirstParameter('tzid')
    return id ? String(id) : null
  }
  const momentOf = (wall: ICAL.Time, zone: string | null): Moment => ({ wall, zone, instant: instantOf(wall, zone) })
  return {
    zoneOf,
    momentOf,
    instantsOf(property) {
      const zone = zoneOf(property)
      return property.getValues().flatMap((value: unknown) => {
        const time = value instanceof ICAL.Period ? value.start : value
        return time instanceof ICAL.Time ? [instantOf(time, zone)] : []
      })
    },
  }
}

function isZone(name: string): boolean {
  if (!/^[A-Za-z][\w+/-]{1,60}$/.test(name)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}
