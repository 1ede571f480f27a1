import type { Asked } from './decide.ts'
import { durationText, moveTo } from './decide-rules.ts'
import type { ModelTimeFacts, TakenFact } from './facts.ts'
import type { TimeReason } from './time-question.ts'
import { DAY, dayText, MINUTE, wallInstant, wallTime, weekdayOf } from './wall-clock.ts'

/** What counts besides the question: bookings and holds that stand. */
function counted(facts: ModelTimeFacts, { question, now }: Asked): TakenFact[] {
  return facts.taken.filter(
    (taken) =>
      !(taken.bookingId !== null && taken.bookingId === question.exceptBookingId) &&
      !(taken.blockId !== null && taken.blockId === question.exceptHoldId) &&
      !(taken.expiresAt !== null && taken.expiresAt <= now),
  )
}

/** Limits of a day and a week (Monday to Sunday) of her zone count what starts in it. */
export function brokenLimits(facts: ModelTimeFacts, asked: Asked): TimeReason[] {
  const { limits } = facts.rules
  if (!limits) return []
  const { zone, name } = facts
  const taken = counted(facts, asked)
  const { day } = wallTime(zone, asked.from)
  const nextDay = wallInstant(zone, day + 1, 0)
  const ofDay = taken.filter((one) => wallTime(zone, one.startsAt).day === day)
  const reasons: TimeReason[] = []
  const refuse = (rule: TimeReason['rule'], text: string, start: number) =>
    reasons.push({ rule, overridable: true, text, change: moveTo(zone, asked, start) })
  if (limits.minutesPerDay) {
    const minutes = ofDay.reduce((sum, one) => sum + (one.endsAt - one.startsAt), asked.to - asked.from) / MINUTE
    if (minutes > limits.minutesPerDay) {
      refuse(
        'hours_per_day',
        `${name} works at most ${durationText(limits.minutesPerDay)} a day; with this ${dayText(day)} would have ${durationText(minutes)}.`,
        nextDay,
      )
    }
  }
  if (limits.bookingsPerDay && ofDay.length >= limits.bookingsPerDay) {
    refuse('bookings_per_day', `${name} takes at most ${times(limits.bookingsPerDay)} a day; ${dayText(day)} is full.`, nextDay)
  }
  if (limits.bookingsPerWeek) {
    const monday = day - weekdayOf(day) + 1
    const week = { from: wallInstant(zone, monday, 0), to: wallInstant(zone, monday + 7, 0) }
    const ofWeek = taken.filter((one) => one.startsAt >= week.from && one.startsAt < week.to)
    if (ofWeek.length >= limits.bookingsPerWeek) {
      refuse(
        'bookings_per_week',
        `${name} takes at most ${times(limits.bookingsPerWeek)} a week; the week of ${dayText(monday)} is full.`,
        week.to,
      )
    }
  }
  const rest = restReason(facts, asked, taken, limits.restMinutes ?? 0)
  return rest ? [...reasons, rest] : reasons
}

function times(count: number): string {
  return count === 1 ? '1 booking' : `${count} bookings`
}

/** Rest is from the end of one booking to the start of the next, whatever buffers say. */
function restReason(facts: ModelTimeFacts, asked: Asked, taken: readonly TakenFact[], minutes: number): TimeReason | null {
  if (minutes === 0) return null
  const rest = minutes * MINUTE
  // What it overlaps is another reason's; rest is about neighbours.
  const near = taken.find(
    (one) =>
      (one.endsAt <= asked.from && asked.from - one.endsAt < rest) ||
      (one.startsAt >= asked.to && one.startsAt - asked.to < rest),
  )
  if (!near) return null
  const start = near.endsAt <= asked.from ? near.endsAt + rest : near.startsAt - rest - (asked.to - asked.from)
  return {
    rule: 'rest',
    overridable: true,
    text: `${facts.name} rests ${durationText(minutes)} between two bookings.`,
    change: moveTo(facts.zone, asked, start),
    from: new Date(near.startsAt),
    to: new Date(near.endsAt),
    bookingId: near.bookingId,
  }
}

/** A limit reaches a week around; a day more for clocks. */
export const LIMITS_REACH = 8 * DAY
