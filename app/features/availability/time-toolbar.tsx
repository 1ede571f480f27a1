import { Link, useLocation, useNavigate } from '@remix-run/react'
import { CalendarDays, ChevronLeft, ChevronRight, List, Rows3 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useCommands, useShortcuts } from '../../live/commands.tsx'
import { buttonClass } from '../../ui/button.tsx'
import { FilterBar } from '../../ui/list.tsx'
import { FilterChip, Segments } from '../../ui/segments.tsx'
import { formatTime } from '../../ui/time.tsx'
import { monthText } from '../finance/month-text.ts'
import { addressWith, dayAfter, monthAfter } from './addresses.ts'
import { KIND_OPTIONS } from './entry-words.ts'
import { ModelPicker } from './model-picker.tsx'
import type { Span, View } from './types.ts'

export interface ToolbarData {
  view: View
  span: Span
  date: string
  today: string
  zone: string
  places: readonly { value: string; label: string }[]
  chosen: readonly string[]
}

const SPANS = [
  { value: '1', label: 'Day' },
  { value: '3', label: '3 days' },
  { value: '7', label: 'Week' },
] as const

/** Name of the page, which view of it, and which days. */
export function TimeHeader({ data, children }: { data: ToolbarData; children?: ReactNode }) {
  const { search } = useLocation()
  const { view, span, date, today } = data
  const isMonth = view === 'month'
  const before = isMonth ? monthAfter(date, -1) : dayAfter(date, -span)
  const after = isMonth ? monthAfter(date, 1) : dayAfter(date, span)
  useTimeKeys({ before, after, search })
  const views = [
    {
      value: 'timeline',
      label: <Sign icon={<Rows3 className="size-4" />} text="Timeline" />,
      to: addressWith(search, { view: undefined, sort: undefined, kind: undefined }),
    },
    {
      value: 'table',
      label: <Sign icon={<List className="size-4" />} text="Table" />,
      to: addressWith(search, { view: 'table' }),
    },
    {
      value: 'month',
      label: <Sign icon={<CalendarDays className="size-4" />} text="Month" />,
      to: addressWith(search, { view: 'month', sort: undefined, kind: undefined }),
    },
  ]
  return (
    <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <h1 className="text-xl font-semibold tracking-tight">Availability</h1>
      <Segments label="View" value={view} segments={views} />
      <div className="ml-auto flex flex-wrap items-center gap-2">
        {children}
        <nav aria-label="Days" className="flex items-center gap-1">
          <Step
            to={addressWith(search, { date: before })}
            label={isMonth ? 'Month before' : 'Days before'}
            icon={<ChevronLeft className="size-4" />}
          />
          <span className="min-w-24 text-center text-sm font-semibold" data-testid="days">
            {daysText(data)}
          </span>
          <Step
            to={addressWith(search, { date: after })}
            label={isMonth ? 'Month after' : 'Days after'}
            icon={<ChevronRight className="size-4" />}
          />
          <Link
            to={addressWith(search, { date: undefined })}
            className={buttonClass({ small: true })}
            aria-current={date === today ? 'date' : undefined}
            preventScrollReset
          >
            Today
          </Link>
        </nav>
        {view === 'timeline' ? (
          <span className="time-wide">
            <Segments
              label="Days at once"
              value={String(span)}
              segments={SPANS.map(({ value, label }) => ({
                value,
                label,
                to: addressWith(search, { span: value === '3' ? undefined : value }),
              }))}
            />
          </span>
        ) : null}
      </div>
    </header>
  )
}

function Step({ to, label, icon }: { to: string; label: string; icon: ReactNode }) {
  return (
    <Link
      to={to}
      aria-label={label}
      title={label}
      className={buttonClass({ tone: 'quiet', small: true }, 'btn-icon')}
      preventScrollReset
    >
      <span aria-hidden="true">{icon}</span>
    </Link>
  )
}

function Sign({ icon, text }: { icon: ReactNode; text: string }) {
  return (
    <>
      <span aria-hidden="true">{icon}</span>
      <span className="max-sm:sr-only">{text}</span>
    </>
  )
}

function daysText({ view, span, date }: ToolbarData): string {
  if (view === 'month') return monthText(date)
  const last = dayAfter(date, view === 'table' ? 13 : span - 1)
  const text = (day: string) => formatTime(`${day}T12:00:00Z`, 'UTC', 'day')
  return date === last ? text(date) : `${text(date)} – ${text(last)}`
}

/** Filters of whose time it is; each view keeps them. */
export function TimeFilters({ data, tools }: { data: ToolbarData; tools?: ReactNode }) {
  const { search } = useLocation()
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="min-w-0 max-w-full flex-[1_1_46rem]">
        <FilterBar
          search="Name or code"
          keep={['view', 'span', 'date', 'model']}
          filters={[
            { name: 'location', label: 'Place', any: 'Any place', options: data.places },
            {
              name: 'status',
              label: 'Status',
              any: 'Working and suspended',
              options: [
                { value: 'active', label: 'Active' },
                { value: 'suspended', label: 'Suspended' },
                { value: 'inactive', label: 'Inactive' },
              ],
            },
            ...(data.view === 'table' ? [{ name: 'kind', label: 'Kind', any: 'Any kind', options: KIND_OPTIONS }] : []),
          ]}
        />
      </div>
      <ModelPicker chosen={data.chosen} />
      {data.chosen.length > 0 ? (
        <FilterChip
          name="Models"
          value={data.chosen.length === 1 ? '1 chosen' : `${data.chosen.length} chosen`}
          without={addressWith(search, { model: undefined })}
        />
      ) : null}
      {tools ? <span className="ml-auto">{tools}</span> : null}
    </div>
  )
}

/** Days and views by key, and in the palette. */
function useTimeKeys({ before, after, search }: { before: string; after: string; search: string }): void {
  const navigate = useNavigate()
  const to = (change: Record<string, string | undefined>) => () =>
    navigate(addressWith(search, change), { preventScrollReset: true })
  const view = (name: string | undefined) => to({ view: name, sort: undefined, kind: undefined })
  useShortcuts([
    { keys: ['t'], label: 'Today', run: to({ date: undefined }) },
    { keys: ['['], label: 'Days before', run: to({ date: before }) },
    { keys: [']'], label: 'Days after', run: to({ date: after }) },
    { keys: ['1'], label: 'A day at once', run: to({ span: '1' }) },
    { keys: ['3'], label: 'Three days at once', run: to({ span: undefined }) },
    { keys: ['7'], label: 'A week at once', run: to({ span: '7' }) },
  ])
  useCommands([
    { id: 'time-timeline', label: 'Availability as a timeline', run: view(undefined) },
    { id: 'time-table', label: 'Availability as a table', run: view('table') },
    { id: 'time-month', label: 'Availability of the month', run: view('month') },
  ])
}
