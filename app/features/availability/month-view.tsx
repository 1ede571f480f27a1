import { Link, useLocation } from '@remix-run/react'
import { addressWith } from './addresses.ts'
import type { Month } from './types.ts'

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

/** The days of a month, each with how much of the models' time is taken; a day opens its timeline. */
export function MonthView({ month, firstWeekday, today }: { month: Month; firstWeekday: number; today: string }) {
  const { search } = useLocation()
  return (
    <div className="month">
      <div className="month-head" aria-hidden="true">
        {WEEKDAYS.map((day) => (
          <span key={day}>{day}</span>
        ))}
      </div>
      <ol className="month-days">
        {month.days.map((day, index) => (
          <li key={day.day} style={index === 0 ? { gridColumnStart: firstWeekday } : undefined}>
            <Day day={day} isToday={day.day === today} to={addressWith(search, { view: undefined, date: day.day, span: '1' })} />
          </li>
        ))}
      </ol>
    </div>
  )
}

function Day({ day, isToday, to }: { day: Month['days'][number]; isToday: boolean; to: string }) {
  const part = (minutes: number) => (day.offeredMinutes > 0 ? minutes / day.offeredMinutes : 0)
  const [booked, held] = [part(day.bookedMinutes), part(day.heldMinutes)]
  const percent = Math.round((booked + held) * 100)
  const hours = Math.round(day.bookedMinutes / 6) / 10
  return (
    <Link to={to} className="month-day" data-today={isToday ? '' : undefined}>
      <span className="flex items-baseline justify-between gap-2">
        <span className="month-number">{Number(day.day.slice(8))}</span>
        <span className="text-xs font-semibold">
          {percent} %<span className="sr-only"> taken</span>
        </span>
      </span>
      <span className="month-bar" aria-hidden="true">
        <span className="bg-chart-1" style={{ width: `${Math.min(booked, 1) * 100}%` }} />
        <span className="bg-chart-3" style={{ width: `${Math.min(held, 1) * 100}%` }} />
      </span>
      <span className="month-facts">
        {day.bookings > 0 ? <span>{day.bookings === 1 ? '1 booking' : `${day.bookings} bookings`}</span> : null}
        {hours > 0 ? <span>{hours} h booked</span> : null}
        {day.heldMinutes > 0 ? <span>{Math.round(day.heldMinutes / 6) / 10} h held</span> : null}
        {day.offMinutes > 0 ? <span>{Math.round(day.offMinutes / 60)} h off</span> : null}
      </span>
    </Link>
  )
}
