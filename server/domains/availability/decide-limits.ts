import type { Asked } from './decide.ts'
import { durationText, moveTo } from './decide-rules.ts'
import type { ModelTimeFacts, TakenFact } from './facts.ts'
import type { TimeReason } from './time-question.ts'
import { dayText, MINUTE, wallInstant, wallTime, weekdayOf } from './wall-clock.ts'

/** What counts besides the question: bookings and holds that stand. */
function counted(facts: ModelTimeFacts, { question, now }: Asked): TakenFact[] {
  return facts.taken.filter(
    (taken) =>
      !(taken.bookingId !== null && taken.bookingId === question.exceptBookingId) &&
      !(taken.blockId !== null && taken.blockId === question.exceptHoldId) &&
      !(taken.expiresAt !== null && taken.expiresAt <= now),
  )
}

/** Days ahead on which another time is looked for: facts know what is taken a week around. */
const DAYS_AHEAD = 7

/** Limits of a day and a week (Monday to Sunday) of her zone count what starts in it. */
export function brokenLimits(facts: ModelTimeFacts, asked: Asked): TimeReason[] {
  const { limits } = facts.rules
  if (!limits) return []
  const { zone, name } = facts
  const taken = counted(facts, asked)
  const at = wallTime(zone, asked.from)
  const startsOn = (day: number) => taken.filter((one) => wallTime(zone, one.startsAt).day === day)
  const minutesOn = (day: number) =>
    startsOn(day).reduce((sum, one) => sum + (one.endsAt - one.startsAt), asked.to - asked.from) / MINUTE
  const ofWeek = (monday: number) => {
    const week = { from: wallInstant(zone, monday, 0), to: wallInstant(zone, monday + 7, 0) }
    return taken.filter((one) => one.startsAt >= week.from && one.startsAt < week.to).length
  }
  // The same time on the wall on the first day that has room.
  const another = (days: readonly number[], hasRoom: (day: number) => boolean) => {
    const day = days.find(hasRoom)
    return day === undefined ? null : moveTo(zone, asked, wallInstant(zone, day, at.minute))
  }
  const ahead = Array.from({ length: DAYS_AHEAD }, (_, index) => at.day + 1 + index)
  const monday = at.day - weekdayOf(at.day) + 1
  const { minutesPerDay, bookingsPerDay, bookingsPerWeek, restMinutes } = limits
  const reasons: TimeReason[] = []
  const refuse = (rule: TimeReason['rule'], text: string, change: TimeReason['change']) =>
    reasons.push({ rule, overridable: true, text, change })
  if (minutesPerDay && minutesOn(at.day) > minutesPerDay) {
    refuse(
      'hours_per_day',
      `${name} works at most ${durationText(minutesPerDay)} a day; with this ${dayText(at.day)} would have ${durationText(minutesOn(at.day))}.`,
      another(ahead, (day) => minutesOn(day) <= minutesPerDay),
    )
  }
  if (bookingsPerDay && startsOn(at.day).length >= bookingsPerDay) {
    refuse(
      'bookings_per_day',
      `${name} takes at most ${times(bookingsPerDay)} a day; ${dayText(at.day)} is full.`,
      another(ahead, (day) => startsOn(day).length < bookingsPerDay),
    )
  }
  if (bookingsPerWeek && ofWeek(monday) >= bookingsPerWeek) {
    refuse(
      'bookings_per_week',
      `${name} takes at most ${times(bookingsPerWeek)} a week; the week of ${dayText(monday)} is full.`,
      another([monday + 7], () => ofWeek(monday + 7) < bookingsPerWeek),
    )
  }
  const rest = restReason(facts, asked, taken, restMinutes ?? 0)
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
