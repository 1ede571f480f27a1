import { Link } from '@remix-run/react'
import type { Refused } from '../../problem.ts'
import { EmptyState } from '../../ui/states.tsx'
import { useDesk } from './desk-context.ts'
import { DeskRow } from './desk-row.tsx'
import { groupOf } from './orders.ts'
import { LONGEST } from './read-work.ts'
import { itemKey } from './types.ts'
import { useLeaving } from './use-leaving.ts'

const GROUPS = [
  { key: 'urgent', label: 'Urgent' },
  { key: 'high', label: 'High' },
  { key: 'normal', label: 'Normal' },
] as const

const STEP = 50

/** The working list in its groups. It keeps its place: what others do changes rows, not where one is. */
export function DeskList({ refused }: { refused?: Refused }) {
  const { work, view } = useDesk()
  const { query, shown } = work
  const rows = useLeaving(shown.items)
  const completed = query.group === 'completed'
  const sections = completed
    ? [{ key: 'completed', label: 'Completed', count: undefined, rows }]
    : GROUPS.map(({ key, label }) => ({
        key,
        label,
        count: query.snoozed ? undefined : shown.counts[key],
        rows: rows.filter((row) => groupOf(row.item) === key),
      }))
  if (rows.length === 0) return <NothingHere />
  return (
    <>
      {sections.map((section) =>
        section.rows.length > 0 ? (
          <section key={section.key} aria-labelledby={`group-${section.key}`} className="desk-group">
            <h2 id={`group-${section.key}`} className="desk-group-head">
              {section.label}
              {section.count === undefined ? null : (
                <span className="font-normal text-muted">{shown.counts.capped ? `${section.count}+` : section.count}</span>
              )}
            </h2>
            <ul>
              {section.rows.map(({ item, leaving }) => {
                const key = itemKey(item)
                return (
                  <DeskRow
                    key={key}
                    item={item}
                    refused={refused}
                    state={{
                      active: view.active === key,
                      open: view.open === key,
                      selected: view.selected.has(key),
                      pending: shown.pending.has(key),
                      leaving,
                      asking: view.asking?.key === key && view.open !== key ? view.asking.action : null,
                      menu: view.menu?.key === key && view.menu.at === 'row' ? view.menu.which : null,
                      narrow: view.open !== null,
                    }}
                  />
                )
              })}
            </ul>
          </section>
        ) : null,
      )}
      <More />
    </>
  )
}

function NothingHere() {
  const { work } = useDesk()
  const { query } = work
  const filtered = Object.keys(query).some((name) => !['group', 'limit', 'cursor'].includes(name))
  return (
    <EmptyState
      title={query.group === 'completed' ? 'Nothing completed yet' : filtered ? 'Nothing matches' : 'Nothing waits for you'}
    >
      {query.group === 'completed'
        ? 'What is done, failed, resolved or dismissed shows here.'
        : filtered
          ? 'Take a filter off to see more.'
          : 'New tasks and exceptions appear here by themselves.'}
    </EmptyState>
  )
}

/** The list grows where it is; what is beyond its longest is reached page by page. */
function More() {
  const { work, to } = useDesk()
  if (!work.shown.hasMore) return null
  const limit = work.query.limit ?? STEP
  return (
    <div className="flex items-center justify-between gap-2 border-t border-line px-(--card-x) py-2 text-xs text-muted">
      <span>The first {work.shown.items.length} are shown.</span>
      {limit < LONGEST ? (
        <Link
          to={to({ limit: String(Math.min(limit < 200 ? limit + STEP : limit + 200, LONGEST)) })}
          preventScrollReset
          className="btn btn-secondary btn-sm"
        >
          Show more
        </Link>
      ) : (
        <span>Filter to see the rest.</span>
      )}
    </div>
  )
}
