import type { RuleConfigs, RuleKind, WeeklyPeriod } from '#db/tables/index.ts'
import { durationText } from './decide-rules.ts'
import { clockText, dayOf, dayText } from './wall-clock.ts'

const SHORT = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

type Texts = { [K in RuleKind]: (config: RuleConfigs[K]) => string }

const TEXTS: Texts = {
  hours: ({ periods }) => hoursText(periods),
  blackout: ({ from, to, yearly }) => {
    const days = from === to ? dayText(dayOf(from)) : `${dayText(dayOf(from))} – ${dayText(dayOf(to))}`
    // A day that comes each year has no weekday of its own.
    return yearly ? `Closed each year ${days.replaceAll(/\b[A-Z][a-z]{2} (?=\d)/g, '')}` : `Closed ${days} ${to.slice(0, 4)}`
  },
  notice: ({ minutes }) => `At least ${durationText(minutes)} notice`,
  step: ({ minutes }) => `Starts every ${durationText(minutes)}`,
  limits: (limits) => limitsText(limits),
  buffers: ({ before, after }) => `${before} min before, ${after} min after`,
}

/** A rule in one sentence. */
export function ruleText<K extends RuleKind>(kind: K, config: RuleConfigs[K]): string {
  return TEXTS[kind](config)
}

/** Mon–Fri 10:00–18:00 · Sat 12:00–02:00; days of the same periods together. */
export function hoursText(periods: readonly WeeklyPeriod[]): string {
  const groups: { days: number[]; text: string }[] = []
  for (let weekday = 1; weekday <= 7; weekday += 1) {
    const text = periods
      .filter((period) => period.weekday === weekday)
      .map((period) => `${clockText(period.from)}–${period.to === 1440 ? '24:00' : clockText(period.to)}`)
      .join(', ')
    if (text === '') continue
    const last = groups.at(-1)
    if (last?.text === text && last.days.at(-1) === weekday - 1) last.days.push(weekday)
    else groups.push({ days: [weekday], text })
  }
  if (groups.length === 0) return 'No hours at all'
  return groups.map(({ days, text }) => `${daysText(days)} ${text}`).join(' · ')
}

function daysText(days: readonly number[]): string {
  const [first, last] = [SHORT[(days[0] ?? 1) - 1], SHORT[(days.at(-1) ?? 1) - 1]]
  if (days.length === 7) return 'Every day'
  return days.length === 1 ? `${first}` : `${first}–${last}`
}

function limitsText(limits: RuleConfigs['limits']): string {
  const parts = []
  if (limits.minutesPerDay) parts.push(`${durationText(limits.minutesPerDay)} a day`)
  if (limits.bookingsPerDay) parts.push(`${limits.bookingsPerDay} bookings a day`)
  if (limits.bookingsPerWeek) parts.push(`${limits.bookingsPerWeek} bookings a week`)
  const most = parts.length > 0 ? `At most ${parts.join(', ')}` : ''
  const rest = limits.restMinutes ? `${durationText(limits.restMinutes)} rest between` : ''
  return [most, rest].filter(Boolean).join('; ')
}
