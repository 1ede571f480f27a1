import type { WeeklyPeriod } from '#db/tables/index.ts'
import type { RawTimeFacts } from './facts.ts'
import type { Blackout } from './rule-config.ts'
import { type Span, unionOf, without } from './spans.ts'
import { dateOf, dayOf, wallInstant, wallTime, weekdayOf } from './wall-clock.ts'

/** When a model is offered. */
export interface Coverage {
  /** An hours rule holds: outside `open` she is not offered. Without one she is free at any time but in `closed`. */
  scheduled: boolean
  /** Hours, less what exceptions close, and what exceptions and slots open. */
  open: Span[]
  /** What exceptions close and nothing opens again. */
  closed: Span[]
}

/** The days of a zone that a span touches, and the day before: its night may reach in. */
export function daysAround(zone: string, window: Span): { first: number; last: number } {
  return { first: wallTime(zone, window.from).day - 1, last: wallTime(zone, window.to).day }
}

/** Weekly hours as spans of real time, for each day that may touch the window. */
export function hoursSpans(periods: readonly WeeklyPeriod[], zone: string, window: Span): Span[] {
  const { first, last } = daysAround(zone, window)
  const spans: Span[] = []
  for (let day = first; day <= last; day += 1) {
    const weekday = weekdayOf(day)
    for (const period of periods) {
      if (period.weekday !== weekday) continue
      spans.push({ from: wallInstant(zone, day, period.from), to: wallInstant(zone, day, period.to) })
    }
  }
  return unionOf(spans)
}

export function coverageOf(
  raw: Pick<RawTimeFacts, 'zone' | 'reach' | 'exceptions' | 'slots'>,
  { hours: weekly }: { hours: readonly WeeklyPeriod[] | null },
): Coverage {
  const { zone, reach } = raw
  const stretch = ({ day, from, to }: { day: number; from: number; to: number }): Span => ({
    from: wallInstant(zone, day, from),
    to: wallInstant(zone, day, to),
  })
  const opened = [
    ...raw.exceptions.filter((exception) => exception.opens).map(stretch),
    // What automation wrote repeats the rules, maybe those of a moment ago: the rules themselves are asked here.
    // A calendar elsewhere says when she is busy, or that nobody knows: it opens nothing.
    ...raw.slots.filter((slot) => slot.kind !== 'unavailable' && slot.source === 'manual'),
  ]
  const closes = raw.exceptions.filter((exception) => !exception.opens).map(stretch)
  const hours = weekly ? hoursSpans(weekly, zone, reach) : []
  return {
    scheduled: weekly !== null,
    open: unionOf([...without(hours, closes), ...opened]),
    closed: without(closes, opened),
  }
}

/** Blackouts as spans of real time within the window: whole days of the model's zone. */
export function blackoutSpans(blackouts: readonly Blackout[], zone: string, window: Span): (Span & { title: string })[] {
  const { first, last } = daysAround(zone, window)
  return blackouts.flatMap((blackout) =>
    occurrences(blackout, first, last)
      .filter(({ from, to }) => from <= last && to >= first)
      .map(({ from, to }) => ({ title: blackout.title, from: wallInstant(zone, from, 0), to: wallInstant(zone, to + 1, 0) })),
  )
}

/** First and last days. A yearly one on 29 February is kept on 1 March of other years. */
function occurrences(blackout: Blackout, first: number, last: number): { from: number; to: number }[] {
  const [from, to] = [dayOf(blackout.from), dayOf(blackout.to)]
  if (!blackout.yearly) return [{ from, to }]
  const days = []
  // It may begin in the year before, as from Christmas to New Year.
  for (let year = yearOf(first) - 1; year <= yearOf(last); year += 1) {
    const begin = Date.UTC(year, Number(blackout.from.slice(5, 7)) - 1, Number(blackout.from.slice(8, 10))) / 86_400_000
    days.push({ from: begin, to: begin + (to - from) })
  }
  return days
}

function yearOf(day: number): number {
  return Number(dateOf(day).slice(0, 4))
}
