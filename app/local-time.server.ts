import { Temporal } from 'temporal-polyfill'

/**
 * A wall-clock time ("2026-12-25T19:00") in a zone as an instant. In the hour that happens twice in autumn the earlier
 * one is meant; in the hour that is skipped in spring there is no such time and a person is told so.
 */
export function parseLocalTime(typed: string, zone: string): { instant: string } | { problem: string } {
  let local: Temporal.PlainDateTime
  try {
    local = Temporal.PlainDateTime.from(typed, { overflow: 'reject' })
  } catch {
    return { problem: 'Type a date and time such as 2026-12-25 19:00.' }
  }
  if (local.year < 2000 || local.year > 2099) return { problem: 'Choose a date between 2000 and 2099.' }
  try {
    const at = local.toZonedDateTime(zone, { disambiguation: 'reject' })
    return { instant: at.toInstant().toString() }
  } catch {
    const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
    const exists = earlier.toPlainDateTime().equals(local)
    if (exists) return { instant: earlier.toInstant().toString() }
    const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
    return {
      problem: `There is no ${clock(local)} on that night: clocks go forward, and ${clock(local)} becomes ${clock(later)}. Choose another time.`,
    }
  }
}

function clock(time: { hour: number; minute: number }): string {
  return `${String(time.hour).padStart(2, '0')}:${String(time.minute).padStart(2, '0')}`
}

/** Midnight at the start of a local day ("2026-12-25") as an instant; undefined when it is not a day. */
export function startOfDay(day: string, zone: string, plusDays = 0): string | undefined {
  try {
    return Temporal.PlainDate.from(day).add({ days: plusDays }).toZonedDateTime(zone).toInstant().toString()
  } catch {
    return undefined
  }
}

/** From the start of one local day to the end of another, as an address names them; what is no day is left out. */
export function daysOf(url: URL, zone: string, from = 'from', to = 'to'): { from?: string; to?: string } {
  const first = url.searchParams.get(from)
  const last = url.searchParams.get(to)
  const start = first ? startOfDay(first, zone) : undefined
  const end = last ? startOfDay(last, zone, 1) : undefined
  return { ...(start ? { from: start } : {}), ...(end ? { to: end } : {}) }
}

/** Today's date in a zone. */
export function todayIn(zone: string, now: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(zone).toPlainDate().toString()
}
