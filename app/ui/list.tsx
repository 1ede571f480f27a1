import { Form, Link, useLocation, useSubmit } from '@remix-run/react'
import { ChevronLeft, ChevronRight, Search, SlidersHorizontal } from 'lucide-react'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { words } from './badge.tsx'
import { Button, buttonClass } from './button.tsx'
import { classNames } from './class-names.ts'
import type { Option } from './form.tsx'

export interface Filter {
  name: string
  label: string
  kind?: 'select' | 'date' | 'text'
  options?: readonly Option[]
  /** Text of the choice that means any. */
  any?: string
  /** Shown when the address has it: what another screen's number leads here with. */
  onlyWhenSet?: boolean
}

/**
 * Filters of a list as a GET form, so that every view has an address. Choices apply at once when scripts run. On a phone
 * they are folded behind one button that says how many are in force.
 */
export function FilterBar({
  filters,
  search,
  keep = [],
  isOpen = false,
}: {
  filters: readonly Filter[]
  search?: string
  keep?: readonly string[]
  /** Never folded: it stands in something that is. */
  isOpen?: boolean
}) {
  const location = useLocation()
  const submit = useSubmit()
  const id = useId()
  const now = new URLSearchParams(location.search)
  const shown = filters.filter((filter) => !filter.onlyWhenSet || now.get(filter.name))
  const set = filters.filter((filter) => now.get(filter.name)).length
  return (
    <Form
      key={location.search}
      method="get"
      role="search"
      aria-label="Filter this list"
      className="flex flex-wrap items-start gap-2"
      onChange={(event) => {
        if (event.target instanceof HTMLSelectElement) submit(event.currentTarget, { replace: true })
      }}
    >
      {['sort', 'limit', ...keep].map((name) => {
        const value = now.get(name)
        return value ? <input key={name} type="hidden" name={name} value={value} /> : null
      })}
      {search ? (
        <div className="relative min-w-44 flex-1 md:max-w-72">
          <label htmlFor={`${id}-q`} className="sr-only">
            {search}
          </label>
          <Search
            aria-hidden="true"
            className="pointer-events-none absolute top-1/2 left-2.5 size-3.5 -translate-y-1/2 text-muted"
          />
          <input
            id={`${id}-q`}
            type="search"
            name="q"
            data-search
            defaultValue={now.get('q') ?? ''}
            placeholder={search}
            maxLength={200}
            className="field pl-8"
          />
        </div>
      ) : null}
      <details className="filters" open={isOpen || set > 0}>
        <summary className={classNames(buttonClass({}), isOpen && 'hidden!')}>
          <SlidersHorizontal aria-hidden="true" className="size-3.5" />
          Filters{set > 0 ? ` (${set})` : ''}
        </summary>
        <div className="filters-inside">
          {shown.map((filter) => (
            <FilterField key={filter.name} filter={filter} id={`${id}-${filter.name}`} value={now.get(filter.name) ?? ''} />
          ))}
          <Button type="submit">Apply</Button>
          {set > 0 || now.get('q') ? (
            <Link to="?" className={buttonClass({ tone: 'quiet' })}>
              Clear
            </Link>
          ) : null}
        </div>
      </details>
    </Form>
  )
}

function FilterField({ filter, id, value }: { filter: Filter; id: string; value: string }) {
  if (filter.kind === 'date' || filter.kind === 'text') {
    return (
      <div className="flex gap-1.5 max-md:flex-col max-md:gap-0 md:items-center">
        <label htmlFor={id} className="text-xs text-muted">
          {filter.label}
        </label>
        <input
          id={id}
          name={filter.name}
          type={filter.kind === 'date' ? 'date' : 'text'}
          defaultValue={value}
          className={classNames('field', filter.kind === 'date' ? 'md:w-36' : 'md:w-40')}
        />
      </div>
    )
  }
  const known = filter.options?.some((option) => option.value === value)
  return (
    <div>
      <label htmlFor={id} className="sr-only">
        {filter.label}
      </label>
      <select
        id={id}
        name={filter.name}
        defaultValue={value}
        className={classNames('field md:w-auto md:max-w-48', value && 'font-medium')}
      >
        <option value="">{filter.any ?? `${filter.label}: any`}</option>
        {value && !known ? <option value={value}>{value.split(',').map(words).join(', ')}</option> : null}
        {filter.options?.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}

/** Steps of a list that is read page by page. */
export function Pager({ next, previous, shown }: { next: string | null; previous?: string | null; shown: number }) {
  const location = useLocation()
  const to = (cursor: string) => {
    const search = new URLSearchParams(location.search)
    search.set('cursor', cursor)
    return `?${search}`
  }
  if (!next && !previous) {
    return shown > 8 ? <p className="px-4 py-2 text-xs text-muted">{shown} in all</p> : null
  }
  return (
    <nav aria-label="Pages" className="flex items-center justify-between gap-2 border-t border-line px-4 py-2">
      <p className="text-xs text-muted">{shown} on this page</p>
      <div className="flex gap-2">
        {previous ? (
          <Link to={to(previous)} rel="prev" className={buttonClass({ small: true })}>
            <ChevronLeft aria-hidden="true" className="size-3.5" />
            Previous
          </Link>
        ) : null}
        {next ? (
          <Link to={to(next)} rel="next" className={buttonClass({ small: true })}>
            Next
            <ChevronRight aria-hidden="true" className="size-3.5" />
          </Link>
        ) : null}
      </div>
    </nav>
  )
}

/**
 * A list with its table, its pages, and words when there is nothing. A table wider than the list scrolls in it; one that
 * fits keeps its head in sight while the page scrolls (what scrolls by itself can't have a head that stays).
 */
export function ListPanel({ children, pager, empty }: { children: ReactNode; pager?: ReactNode; empty?: ReactNode }) {
  const panel = useRef<HTMLDivElement>(null)
  const [fits, setFits] = useState(false)
  const isEmpty = empty !== undefined
  useEffect(() => {
    const element = panel.current
    const table = element?.querySelector('table')
    if (!element || !table || isEmpty) return
    const sizes = new ResizeObserver(() => setFits(table.offsetWidth <= element.clientWidth))
    sizes.observe(element)
    sizes.observe(table)
    return () => sizes.disconnect()
  }, [isEmpty])
  return (
    <div
      ref={panel}
      data-fits={fits ? '' : undefined}
      className="list-panel relative min-w-0 rounded-lg border border-line bg-surface shadow-card"
    >
      {empty ?? children}
      {pager}
    </div>
  )
}
