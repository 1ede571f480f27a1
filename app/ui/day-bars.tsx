import { Link } from '@remix-run/react'
import { useId } from 'react'
import { classNames } from './class-names.ts'
import { formatTime } from './time.tsx'

export interface DayBar {
  /** 2026-11-21. */
  day: string
  /** One for each of `parts`, drawn from the bottom up. */
  values: readonly number[]
  /** Where the day's rows are. */
  to: string
}

const GROUNDS = ['bg-chart-1', 'bg-chart-3']
const HEIGHT = 112

/** A column for each day, one above the other what it is made of; each is a link that says its day and its numbers. */
export function DayBars({ caption, parts, days }: { caption: string; parts: readonly string[]; days: readonly DayBar[] }) {
  const id = useId()
  const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
  const most = Math.max(1, ...days.map((day) => sum(day.values)))
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <figcaption id={id} className="mb-2 flex flex-wrap items-center gap-x-4 gap-y-1 text-xs text-muted">
        <span className="sr-only">{caption}</span>
        {parts.map((part, at) => (
          <span key={part} className="inline-flex items-center gap-1.5">
            <span aria-hidden="true" className={`size-2 rounded-sm ${GROUNDS[at % 2]}`} />
            {part}
          </span>
        ))}
      </figcaption>
      <ul className="flex items-end gap-px sm:gap-1">
        {days.map(({ day, values, to }, place) => {
          const date = new Date(`${day}T12:00:00Z`)
          const weekend = [0, 6].includes(date.getUTCDay())
          const words = parts.map((part, at) => `${values[at] ?? 0} ${part.toLowerCase()}`).join(', ')
          return (
            <li key={day} className="min-w-0 flex-1">
              <Link
                to={to}
                title={`${formatTime(date, 'UTC', 'day')}: ${words}`}
                className="group block rounded-sm text-center text-xs text-muted hover:bg-hover hover:text-text"
              >
                <span aria-hidden="true" className="flex flex-col justify-end gap-px" style={{ height: HEIGHT }}>
                  <span className="text-[0.6875rem] leading-4">{sum(values) || ''}</span>
                  {values
                    .map((value, at) => ({ value, at }))
                    .reverse()
                    .map(({ value, at }) =>
                      value > 0 ? (
                        <span
                          key={parts[at]}
                          className={classNames('mx-auto block w-full max-w-8 rounded-xs', GROUNDS[at % 2])}
                          style={{ height: `max(2px, ${(value / most) * (HEIGHT - 20)}px)` }}
                        />
                      ) : null,
                    )}
                </span>
                <span
                  aria-hidden="true"
                  className={classNames('block border-t border-line pt-1', place === 0 && 'font-semibold text-text')}
                >
                  <span className={classNames('hidden sm:block', weekend && 'opacity-90')}>
                    {place === 0 ? 'Today' : formatTime(date, 'UTC', 'day').slice(0, 3)}
                  </span>
                  {date.getUTCDate()}
                </span>
                <span className="sr-only">
                  {formatTime(date, 'UTC', 'day')}: {words}
                </span>
              </Link>
            </li>
          )
        })}
      </ul>
    </figure>
  )
}
