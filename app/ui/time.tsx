import { createContext, type ReactNode, useContext } from 'react'
import { useNow } from './now.tsx'

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const formats = new Map<string, Intl.DateTimeFormat>()

/** The zone times are shown in unless one is named. */
export const ZoneContext = createContext('Europe/London')

interface WallClock {
  year: number
  month: number
  day: number
  hour: number
  minute: number
  weekday: number
}

/** Wall-clock parts of an instant. Only numbers are asked of Intl: its words differ between server and browser. */
export function wallClock(at: string | number | Date, zone: string): WallClock {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    })
    formats.set(zone, format)
  }
  const parts: Record<string, number> = {}
  for (const part of format.formatToParts(new Date(at))) parts[part.type] = Number(part.value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() }
}

const two = (value: number) => String(value).padStart(2, '0')

export type TimeForm = 'date-time' | 'date' | 'time' | 'day'

/** `thisYear` is left out: it goes without saying. */
export function formatTime(at: string | number | Date, zone: string, form: TimeForm = 'date-time', thisYear?: number): string {
  const clock = wallClock(at, zone)
  const time = `${two(clock.hour)}:${two(clock.minute)}`
  const date = `${clock.day} ${MONTHS[clock.month - 1]}${clock.year === thisYear && form !== 'date' ? '' : ` ${clock.year}`}`
  if (form === 'time') return time
  if (form === 'date') return date
  const day = `${DAYS[clock.weekday]} ${clock.day} ${MONTHS[clock.month - 1]}`
  if (form === 'day') return day
  return `${date}, ${time}`
}

/** Value of a datetime-local input. */
export function inputTime(at: string | undefined | null, zone: string): string {
  if (!at) return ''
  const clock = wallClock(at, zone)
  return `${clock.year}-${two(clock.month)}-${two(clock.day)}T${two(clock.hour)}:${two(clock.minute)}`
}

/** The year in which the page was made; undefined where that is not known. */
function useThisYear(): number | undefined {
  const now = useNow()
  return now === 0 ? undefined : new Date(now).getUTCFullYear()
}

/** An instant in the zone it belongs to; UTC on hover. */
export function TimeText({ at, zone, form }: { at: string; zone?: string; form?: TimeForm }) {
  const shown = useContext(ZoneContext)
  const thisYear = useThisYear()
  const utc = new Date(at).toISOString()
  return (
    <time dateTime={utc} title={`${utc.slice(0, 16).replace('T', ' ')} UTC`} className="whitespace-nowrap">
      {formatTime(at, zone ?? shown, form, thisYear)}
    </time>
  )
}

/** From – to; the day is said once when it is the same. */
export function Period({ from, to, zone }: { from: string; to: string; zone?: string }): ReactNode {
  const shown = useContext(ZoneContext)
  const where = zone ?? shown
  const same = formatTime(from, where, 'date') === formatTime(to, where, 'date')
  // A night's end belongs to its evening; what is longer says its last day.
  const overnight = !same && Date.parse(to) - Date.parse(from) < 24 * 3_600_000
  return (
    <span className="whitespace-nowrap">
      <TimeText at={from} zone={where} />–<TimeText at={to} zone={where} form={same || overnight ? 'time' : 'date-time'} />
      {overnight ? <span className="text-muted"> next day</span> : null}
    </span>
  )
}

/** "1 h 30 min" between two instants. */
export function durationText(from: string, to: string): string {
  const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
  const hours = Math.floor(minutes / 60)
  const rest = minutes % 60
  if (hours === 0) return `${rest} min`
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`
}
