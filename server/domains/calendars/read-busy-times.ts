import ICAL from 'ical.js'
import { CalendarProblem } from './calendar-problem.ts'
import { type Clock, clockOf } from './calendar-zone.ts'
import { startsOf } from './occurrences.ts'

/** Milliseconds since 1970. */
export interface Stretch {
  from: number
  to: number
}
export interface Reading {
  /** IANA zone of what has none of its own: whole days, floating times. */
  zone: string
  /** Only what lies in [from, to) is answered. */
  from: number
  to: number
}
export interface BusyTimes {
  /** In order, without overlaps, cut at the edges of the reading. */
  busy: Stretch[]
  /** How many events and stretches were read, whatever their time. */
  entries: number
}

const MOST_ENTRIES = 20_000
const MOST_STRETCHES = 5_000

/**
 * The times a calendar (iCalendar, RFC 5545) says somebody is busy: events that are neither cancelled nor transparent,
 * with their repetitions, and stretches of VFREEBUSY that are not free. Repetitions follow the wall clock of their own zone.
 * Throws CalendarProblem for what is no calendar, or one too large to be followed. Runs in a thread of its own: a hostile
 * calendar may take any time and memory (see read-apart.ts).
 */
export function readBusyTimes(text: string, reading: Reading): BusyTimes {
  const busy: Stretch[] = []
  let entries = 0
  const add = (stretch: Stretch) => {
    const cut = { from: Math.max(stretch.from, reading.from), to: Math.min(stretch.to, reading.to) }
    if (cut.to > cut.from) busy.push(cut)
    if (busy.length > MOST_ENTRIES) throw new CalendarProblem('The calendar has more busy times than can be followed.')
  }
  for (const calendar of calendarsIn(text)) {
    const clock = clockOf(calendar, reading.zone)
    const events = calendar.getAllSubcomponents('vevent')
    const stretches = calendar.getAllSubcomponents('vfreebusy')
    entries += events.length + stretches.length
    if (entries > MOST_ENTRIES) throw new CalendarProblem(`The calendar has more than ${MOST_ENTRIES} entries.`)
    for (const series of Map.groupBy(events, (event) => textOf(event, 'uid') ?? '').values())
      addSeries(series, clock, reading, add)
    for (const stretch of stretches) addFreeBusy(stretch, clock, add)
  }
  const joined = join(busy)
  if (joined.length > MOST_STRETCHES) throw new CalendarProblem('The calendar has more busy times than can be followed.')
  return { busy: joined, entries }
}

function calendarsIn(text: string): ICAL.Component[] {
  if (!/^\s*(\uFEFF)?BEGIN:VCALENDAR/i.test(text)) throw new CalendarProblem('What the address answers is no calendar.')
  let parsed: unknown
  try {
    parsed = ICAL.parse(text)
  } catch {
    throw new CalendarProblem('What the address answers is a calendar that can not be read.')
  }
  if (!Array.isArray(parsed)) throw new CalendarProblem('What the address answers is no calendar.')
  const roots: unknown[] = typeof parsed[0] === 'string' ? [parsed] : parsed
  return roots.map((root) => new ICAL.Component(root as unknown[]))
}

function textOf(component: ICAL.Component, name: string): string | undefined {
  const value = component.getFirstPropertyValue(name)
  return value === null || value === undefined ? undefined : String(value)
}

/** One UID: the event, its repetitions, and the single ones that were moved or cancelled. */
function addSeries(series: readonly ICAL.Component[], clock: Clock, reading: Reading, add: (stretch: Stretch) => void): void {
  const moved = new Set<number>()
  for (const one of series) {
    const id = one.getFirstProperty('recurrence-id')
    if (!id) continue
    for (const at of clock.instantsOf(id)) moved.add(at)
    addOne(one, clock, add)
  }
  for (const one of series) {
    if (one.getFirstProperty('recurrence-id') || !isBusy(one)) continue
    const start = one.getFirstProperty('dtstart')
    if (!start) continue
    const length = lengthOf(one, clock)
    for (const from of startsOf(one, clock, reading, length)) {
      if (!moved.has(from.instant)) add({ from: from.instant, to: length.endOf(from) })
    }
  }
}

function addOne(event: ICAL.Component, clock: Clock, add: (stretch: Stretch) => void): void {
  if (!isBusy(event)) return
  const start = event.getFirstProperty('dtstart')
  const value = start?.getFirstValue()
  if (!start || !(value instanceof ICAL.Time)) return
  const length = lengthOf(event, clock)
  const from = clock.momentOf(value, clock.zoneOf(start))
  add({ from: from.instant, to: length.endOf(from) })
}

function isBusy(event: ICAL.Component): boolean {
  return textOf(event, 'status')?.toUpperCase() !== 'CANCELLED' && textOf(event, 'transp')?.toUpperCase() !== 'TRANSPARENT'
}

function addFreeBusy(stretch: ICAL.Component, clock: Clock, add: (stretch: Stretch) => void): void {
  for (const property of stretch.getAllProperties('freebusy')) {
    if (String(property.getFirstParameter('fbtype') ?? 'BUSY').toUpperCase() === 'FREE') continue
    for (const period of property.getValues()) {
      if (!(period instanceof ICAL.Period)) continue
      const zone = clock.zoneOf(property)
      add({ from: clock.momentOf(period.start, zone).instant, to: clock.momentOf(period.getEnd(), zone).instant })
    }
  }
}

export interface Length {
  endOf(start: { instant: number; wall: ICAL.Time; zone: string | null }): number
  ms: number
}

/**
 * How long an event is. RFC 5545 repeats the exact length; calendars people use repeat the wall clock. They differ only
 * for an event that lasts through a change of clocks: then the later end counts, for what may be busy is not free.
 */
function lengthOf(event: ICAL.Component, clock: Clock): Length {
  const start = event.getFirstProperty('dtstart')
  const first = start?.getFirstValue()
  if (!start || !(first instanceof ICAL.Time)) return { ms: 0, endOf: (from) => from.instant }
  const zone = clock.zoneOf(start)
  const wallSeconds = wallSecondsOf(event, first)
  const end = event.getFirstProperty('dtend')
  const endValue = end?.getFirstValue()
  const exact =
    end && endValue instanceof ICAL.Time
      ? clock.momentOf(endValue, clock.zoneOf(end)).instant - clock.momentOf(first, zone).instant
      : wallSeconds * 1000
  return {
    ms: Math.max(exact, wallSeconds * 1000),
    endOf(from) {
      const wall = from.wall.clone()
      wall.addDuration(ICAL.Duration.fromSeconds(Math.max(0, wallSeconds)))
      const byWall = clock.momentOf(wall, from.zone).instant
      // A whole day has as many hours as its clocks give it.
      return first.isDate ? byWall : Math.max(byWall, from.instant + Math.max(0, exact))
    },
  }
}

function wallSecondsOf(event: ICAL.Component, first: ICAL.Time): number {
  const duration = event.getFirstPropertyValue('duration')
  if (duration instanceof ICAL.Duration) return duration.toSeconds()
  const end = event.getFirstPropertyValue('dtend')
  if (end instanceof ICAL.Time) {
    const utc = (time: ICAL.Time) => Date.UTC(time.year, time.month - 1, time.day, time.hour, time.minute, time.second)
    return Math.max(0, (utc(end) - utc(first)) / 1000)
  }
  return first.isDate ? 86_400 : 0
}

function join(stretches: Stretch[]): Stretch[] {
  const joined: Stretch[] = []
  for (const stretch of stretches.sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1)
    if (last && stretch.from <= last.to) last.to = Math.max(last.to, stretch.to)
    else joined.push({ ...stretch })
  }
  return joined
}
