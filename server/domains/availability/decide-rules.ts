import type { Asked } from './decide.ts'
import type { ModelTimeFacts } from './facts.ts'
import { firstMeeting, holds, overlaps, type Span, unionOf, without } from './spans.ts'
import type { SmallestChange, TimeReason } from './time-question.ts'
import { MINUTE, momentText, onStep, stretchText, wallTime } from './wall-clock.ts'

/** A model who takes no bookings at all. */
export function brokenState(facts: ModelTimeFacts): TimeReason[] {
  if (facts.status === 'suspended') {
    return [
      { rule: 'suspended', overridable: false, text: `${facts.name} is suspended and takes no new bookings.`, change: null },
    ]
  }
  if (facts.status === 'inactive') {
    return [
      {
        rule: 'inactive',
        overridable: true,
        text: `${facts.name} is inactive and is not offered.`,
        change: { text: `Make ${facts.name} active`, field: 'status' },
      },
    ]
  }
  return []
}

/** What rules, exceptions and slots forbid. */
export function brokenRules(facts: ModelTimeFacts, asked: Asked): TimeReason[] {
  const reasons = [
    blackout(facts, asked),
    unavailable(facts, asked),
    hours(facts, asked),
    notice(facts, asked),
    step(facts, asked),
  ]
  return reasons.filter((reason) => reason !== null)
}

/** The same length at another start. */
export function moveTo(zone: string, asked: Span, start: number): SmallestChange {
  return { text: `Start at ${momentText(zone, start)}`, start: new Date(start), end: new Date(start + asked.to - asked.from) }
}

/** Out of the way of all these stretches, to the nearer side; not before now. */
function moveAway(zone: string, asked: Asked, away: readonly Span[]): SmallestChange {
  const length = asked.to - asked.from
  const inTheWay = unionOf(away)
  let later = asked.from
  for (const span of inTheWay) if (overlaps(span, { from: later, to: later + length })) later = span.to
  let earlier = asked.from
  for (const span of inTheWay.toReversed())
    if (overlaps(span, { from: earlier, to: earlier + length })) earlier = span.from - length
  return moveTo(zone, asked, earlier >= asked.now && asked.from - earlier < later - asked.from ? earlier : later)
}

function blackout(facts: ModelTimeFacts, asked: Asked): TimeReason | null {
  const met = firstMeeting(facts.blackouts, asked)
  if (!met) return null
  const title = met.title || 'A blackout'
  return {
    rule: 'blackout',
    overridable: true,
    text: `${title}: nothing is offered ${stretchText(facts.zone, met.from, met.to)}.`,
    change: moveAway(facts.zone, asked, facts.blackouts),
    from: new Date(met.from),
    to: new Date(met.to),
  }
}

function unavailable(facts: ModelTimeFacts, asked: Asked): TimeReason | null {
  const met = firstMeeting(facts.unavailable, asked)
  if (!met) return null
  return {
    rule: 'unavailable',
    overridable: true,
    text: `${facts.name} is marked unavailable ${stretchText(facts.zone, met.from, met.to)}.`,
    change: moveAway(facts.zone, asked, facts.unavailable),
    from: new Date(met.from),
    to: new Date(met.to),
    blockId: met.id,
  }
}

/** Outside her hours, or in what an exception closes. Only the booked time itself must lie within, not its buffers. */
function hours(facts: ModelTimeFacts, asked: Asked): TimeReason | null {
  const { coverage, zone } = facts
  const closed = firstMeeting(coverage.closed, asked)
  if (!coverage.scheduled) return closed ? exceptionReason(facts, asked, closed, moveAway(zone, asked, coverage.closed)) : null
  if (holds(coverage.open, asked)) return null
  const change = intoHours(zone, coverage.open, asked)
  if (closed) return exceptionReason(facts, asked, closed, change)
  const [gap] = without([asked], coverage.open)
  if (!gap) return null
  return {
    rule: 'hours',
    overridable: true,
    text: `${facts.name} has no hours ${stretchText(zone, gap.from, gap.to)}.`,
    change,
    from: new Date(gap.from),
    to: new Date(gap.to),
  }
}

function exceptionReason(facts: ModelTimeFacts, asked: Asked, closed: Span, change: SmallestChange | null): TimeReason {
  return {
    rule: 'exception',
    overridable: true,
    text: `An exception closes ${stretchText(facts.zone, Math.max(closed.from, asked.from), Math.min(closed.to, asked.to))} for ${facts.name}.`,
    change,
    from: new Date(closed.from),
    to: new Date(closed.to),
  }
}

/** The nearest start within hours that are long enough, or the hours it begins in and an earlier end. */
function intoHours(zone: string, open: readonly Span[], asked: Span): SmallestChange | null {
  const length = asked.to - asked.from
  let best: number | null = null
  for (const span of open) {
    if (span.to - span.from < length) continue
    const start = Math.min(Math.max(asked.from, span.from), span.to - length)
    if (best === null || Math.abs(start - asked.from) < Math.abs(best - asked.from)) best = start
  }
  if (best !== null) return moveTo(zone, asked, best)
  const begun = open.find((span) => overlaps(span, asked) && span.from <= asked.from)
  return begun ? { text: `End at ${momentText(zone, begun.to)}`, end: new Date(begun.to) } : null
}

function notice(facts: ModelTimeFacts, asked: Asked): TimeReason | null {
  const minutes = facts.rules.noticeMinutes
  const earliest = asked.now + minutes * MINUTE
  if (minutes === 0 || asked.from >= earliest) return null
  const start = Math.ceil(earliest / MINUTE) * MINUTE
  return {
    rule: 'notice',
    overridable: true,
    text: `${facts.name} needs ${durationText(minutes)} notice.`,
    change: moveTo(facts.zone, asked, start),
  }
}

function step(facts: ModelTimeFacts, asked: Asked): TimeReason | null {
  const minutes = facts.rules.stepMinutes
  if (minutes === null || wallTime(facts.zone, asked.from).minute % minutes === 0) return null
  const [before, after] = [onStep(facts.zone, asked.from, minutes, -1), onStep(facts.zone, asked.from, minutes, 1)]
  const start = asked.from - before <= after - asked.from ? before : after
  return {
    rule: 'step',
    overridable: true,
    text: `Times of ${facts.name} start every ${minutes} minutes.`,
    change: moveTo(facts.zone, asked, start),
  }
}

/** 90 minutes, 2 hours, 1 day. */
export function durationText(minutes: number): string {
  if (minutes % 1440 === 0) return minutes === 1440 ? '1 day' : `${minutes / 1440} days`
  if (minutes % 60 === 0) return minutes === 60 ? '1 hour' : `${minutes / 60} hours`
  return `${minutes} minutes`
}
