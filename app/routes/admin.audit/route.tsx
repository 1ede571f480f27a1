import type { MetaFunction } from '@remix-run/node'
import { Link, useLoaderData, useLocation } from '@remix-run/react'
import { AuditDiff } from '../../features/audit-diff.tsx'
import { namesThing, sentenceOf } from '../../features/audit-sentence.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { startOfDay } from '../../local-time.server.ts'
import { entityPath, paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Audit · Virel' }]
export const handle = { crumbs: () => [{ label: 'Audit' }] }

const KINDS = [
  'inquiry',
  'booking',
  'payment',
  'client',
  'model',
  'task',
  'exception',
  'user',
  'role',
  'session',
  'api_key',
  'job',
  'export',
]
const WAYS = ['screen', 'trpc', 'rest', 'rule', 'job', 'webhook', 'system']
/** Filters that come from links in the rows and stand above the list as what they are. */
const LINKED = { entityId: 'One thing', actorId: 'One person', requestId: 'One request', causeId: 'What followed from one event' }

export const loader = screen(async ({ api, url }) => {
  const names = ['entityType', 'entityId', 'ref', 'actorId', 'action', 'via', 'requestId', 'causeId'] as const
  const query = listQuery<NonNullable<Parameters<typeof api.audit.list>[0]>>(url, names)
  const day = { from: url.searchParams.get('from'), to: url.searchParams.get('to') }
  const from = day.from ? startOfDay(day.from, AGENCY_ZONE) : undefined
  const to = day.to ? startOfDay(day.to, AGENCY_ZONE, 1) : undefined
  const page = await api.audit.list({ ...query, ...(from ? { from } : {}), ...(to ? { to } : {}) })
  return { page, sort: query.sort ?? '-at' }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  { key: 'at', header: 'When', sort: 'at', lead: true, cell: (row) => <TimeText at={row.at} /> },
  { key: 'what', header: 'What', className: 'wrap min-w-64', cell: (row) => <Sentence row={row} /> },
  {
    key: 'change',
    header: 'Change',
    className: 'wrap max-w-xl',
    cell: (row) => {
      if (row.redactedBy) return <span className="text-xs text-muted">Its contents were erased.</span>
      return row.before || row.after || row.reason ? (
        <AuditDiff before={row.before} after={row.after} reason={row.reason} />
      ) : null
    },
  },
  {
    key: 'by',
    header: 'By',
    cell: (row) => (
      <span title={row.agent ?? undefined}>
        <TextLink to={`?via=${row.via}`} className="text-xs">
          {row.via}
        </TextLink>
        {row.ip ? <span className="block text-xs text-muted">{row.ip}</span> : null}
      </span>
    ),
  },
  { key: 'more', header: 'Follow', cell: (row) => <Follow row={row} /> },
]

/** "Anna moved B-101 from pending to confirmed": each name leads to its own part of the log. */
function Sentence({ row }: { row: Row }) {
  const { before, after } = sentenceOf(row)
  const { entity, actor } = row
  const to = entity.id ? entityPath(entity.type, entity.id) : undefined
  const thing = entity.ref ? `${words(entity.type).toLowerCase()} ${entity.ref}` : `a ${words(entity.type).toLowerCase()}`
  return (
    <span>
      {actor.id ? (
        <TextLink to={`?actorId=${actor.id}`}>{actor.name}</TextLink>
      ) : (
        <span className="font-medium">{actor.name}</span>
      )}{' '}
      {before} {namesThing(row.action) ? to ? <TextLink to={to}>{thing}</TextLink> : thing : null}
      {after}
      <span className="block text-xs text-muted">
        <Link to={`?action=${row.action}`} className="hover:underline">
          {row.action}
        </Link>
      </span>
    </span>
  )
}

function Follow({ row }: { row: Row }) {
  const { entity, requestId, causeId } = row
  return (
    <span className="flex flex-col text-xs">
      {entity.id ? <TextLink to={paths.audit({ entityType: entity.type, entityId: entity.id })}>History</TextLink> : null}
      {requestId ? <TextLink to={paths.audit({ requestId })}>Same request</TextLink> : null}
      {causeId ? <TextLink to={paths.audit({ causeId })}>Same cause</TextLink> : null}
    </span>
  )
}

/** Filters that no field of the bar shows, each with a way out of it. */
function LinkedFilters({ rows }: { rows: readonly Row[] }) {
  const { search } = useLocation()
  const query = new URLSearchParams(search)
  const [first] = rows
  const known: Record<string, string | null | undefined> = { entityId: first?.entity.ref, actorId: first?.actor.name }
  const set = Object.entries(LINKED).filter(([name]) => query.get(name))
  if (set.length === 0) return null
  return (
    <p className="mb-3 flex flex-wrap items-center gap-2 text-sm">
      {set.map(([name, label]) => {
        const rest = new URLSearchParams(query)
        rest.delete(name)
        rest.delete('cursor')
        return (
          <Badge key={name} tone="info" className="h-6">
            {known[name] ? `${label}: ${known[name]}` : label}
            <Link to={`?${rest}`} aria-label={`Without: ${label.toLowerCase()}`} className="px-0.5 font-semibold">
              ×
            </Link>
          </Badge>
        )
      })}
    </p>
  )
}

export default function Audit() {
  const { page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title="Audit" description="Every change and every refusal, in one log that can only grow." />
      <div className="mb-3">
        <FilterBar
          keep={Object.keys(LINKED)}
          filters={[
            {
              name: 'entityType',
              label: 'On',
              any: 'On anything',
              options: KINDS.map((kind) => ({ value: kind, label: words(kind) })),
            },
            { name: 'ref', label: 'Ref', kind: 'text' },
            { name: 'action', label: 'Action', kind: 'text' },
            { name: 'via', label: 'By', any: 'By any way', options: WAYS.map((way) => ({ value: way, label: words(way) })) },
            { name: 'from', label: 'From', kind: 'date' },
            { name: 'to', label: 'to', kind: 'date' },
          ]}
        />
      </div>
      <LinkedFilters rows={page.items} />
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="Nothing recorded">Nothing matches these filters.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Audit log" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
