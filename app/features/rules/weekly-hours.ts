/** A stretch of a weekday's wall-clock time, in minutes since midnight; `to` beyond a day is the night after. */
export interface HoursPeriod {
  /** Monday is 1. */
  weekday: number
  from: number
  to: number
}

export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
export const DAY_MINUTES = 1_440
/** The bar of a day shows the night after it too, until six. */
export const BAR_MINUTES = 30 * 60
/** Painting snaps to half hours; typing is exact. */
export const SNAP = 30

export function clockOf(minute: number): string {
  if (minute === DAY_MINUTES) return '00:00'
  const ofDay = minute % DAY_MINUTES
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`
}

/** Minutes of 09:30, or null for what is no time. */
export function minuteOf(text: string): number | null {
  const parts = /^(\d\d):(\d\d)$/.exec(text)
  return parts ? Number(parts[1]) * 60 + Number(parts[2]) : null
}

/** From two typed times: an end at or before the start is on the next day. */
export function periodOf(weekday: number, from: string, to: string): HoursPeriod | null {
  const [start, end] = [minuteOf(from), minuteOf(to)]
  if (start === null || end === null) return null
  return { weekday, from: start, to: end > start ? end : end + DAY_MINUTES }
}

/** The week with one more period: those of the day that touch it become one with it. */
export function withPeriod(week: readonly HoursPeriod[], added: HoursPeriod): HoursPeriod[] {
  let { from, to } = added
  const rest = week.filter((period) => {
    const touches = period.weekday === added.weekday && period.from <= to && period.to >= from
    if (touches) {
      from = Math.min(from, period.from)
      to = Math.max(to, period.to)
    }
    return !touches
  })
  return inOrder([...rest, { weekday: added.weekday, from, to: Math.min(to, from + DAY_MINUTES) }])
}

export function inOrder(week: readonly HoursPeriod[]): HoursPeriod[] {
  return [...week].sort((a, b) => a.weekday - b.weekday || a.from - b.from)
}

/** The day's periods on those days in place of their own. */
export function copyDay(week: readonly HoursPeriod[], from: number, to: readonly number[]): HoursPeriod[] {
  const day = week.filter((period) => period.weekday === from)
  const kept = week.filter((period) => period.weekday === from || !to.includes(period.weekday))
  return inOrder([
    ...kept,
    ...to.filter((weekday) => weekday !== from).flatMap((weekday) => day.map((period) => ({ ...period, weekday }))),
  ])
}

export function totalOf(week: readonly HoursPeriod[]): string {
  const minutes = week.reduce((sum, period) => sum + period.to - period.from, 0)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}

/** The stretch between where a drag began and where it is, on the snap; at least one step long. */
export function painted(began: number, now: number): { from: number; to: number } {
  const from = Math.floor(Math.min(began, now) / SNAP) * SNAP
  const to = Math.ceil(Math.max(began, now, from + 1) / SNAP) * SNAP
  return { from: Math.max(0, Math.min(from, DAY_MINUTES - SNAP)), to: Math.min(BAR_MINUTES, Math.max(to, from + SNAP)) }
}
