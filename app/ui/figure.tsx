import { Link } from '@remix-run/react'
import type { ReactNode } from 'react'
import { Sparkline } from './chart.tsx'
import { classNames } from './class-names.ts'

const INK = { bad: 'text-bad-ink', warn: 'text-warn-ink' }

/** One number with its name; a link when its rows have a list, and the way it has gone beside it when that is known. */
export function Figure({
  name,
  value,
  note,
  to,
  tone,
  trend,
}: {
  name: string
  value: ReactNode
  note?: ReactNode
  /** Where its rows are. */
  to?: string
  tone?: 'bad' | 'warn'
  trend?: { label: string; values: readonly number[] }
}) {
  const inside = (
    <>
      <span className="block text-sm text-muted">{name}</span>
      <span className="flex items-end justify-between gap-3">
        <span className={classNames('text-2xl font-semibold', tone && INK[tone])}>{value}</span>
        {trend ? <Sparkline {...trend} /> : null}
      </span>
      {note ? <span className="block text-xs text-muted">{note}</span> : null}
    </>
  )
  const look = 'block h-full rounded-lg border border-line bg-surface px-4 py-3 shadow-card'
  return (
    <li>
      {to ? (
        <Link to={to} className={classNames(look, 'hover:border-line-strong')}>
          {inside}
        </Link>
      ) : (
        <div className={look}>{inside}</div>
      )}
    </li>
  )
}

/** Figures side by side: two on a phone, as many as there are on a wide screen. */
export function Figures({ label, of, children }: { label: string; of: 2 | 3 | 4; children: ReactNode }) {
  return (
    <ul
      aria-label={label}
      className={classNames(
        'grid grid-cols-2 gap-3',
        of === 4 ? 'lg:grid-cols-4' : of === 3 ? 'sm:grid-cols-3' : undefined,
        of === 3 && 'max-sm:[&>li:first-child]:col-span-2',
      )}
    >
      {children}
    </ul>
  )
}
