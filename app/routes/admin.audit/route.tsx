import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ListFilter } from 'lucide-react'
import { AuditDiff } from '../../features/audit-diff.tsx'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { startOfDay } from '../../local-time.server.ts'
import { entityPath } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export const meta: MetaFunction = () => [{ title: 'Audit · Virel' }]
export const handle = { crumbs: () => [{ label: 'Audit' }] }

const KINDS = ['inquiry', 'booking', 'payment', 'client', 'model', 'task', 'exception', 'user', 'session', 'api_key', 'job']

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.audit.list>[0]>>(url, ['entityType', 'entityId', 'actorId', 'action'])
  const day = { from: url.searchParams.get('from'), to: url.searchParams.get('to') }
  const from = day.from ? startOfDay(day.from, AGENCY_ZONE) : undefined
  const to = day.to ? startOfDay(day.to, AGENCY_ZONE, 1) : undefined
  const page = await api.audit.list({ ...query, ...(from ? { from } : {}), ...(to ? { to } : {}) })
  return { page, sort: query.sort ?? '-at' }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  { key: 'at', header: 'When', sort: 'at', lead: true, cell: (row) => <TimeText at={row.at} /> },
  {
    key: 'who',
    header: 'Who',
    cell: (row) => (
      <span>
        {row.actor.id ? <TextLink to={`?actorId=${row.actor.id}`}>{row.actor.name}</TextLink> : row.actor.name}
        <span className="text-muted"> {row.via}</span>
      </span>
    ),
  },
  { key: 'action', header: 'What', cell: (row) => <TextLink to={`?action=${row.action}`}>{row.action}</TextLink> },
  { key: 'entity', header: 'On', cell: (row) => <Subject entity={row.entity} /> },
  {
    key: 'change',
    header: 'Change',
    className: 'wrap max-w-xl',
    cell: (row) =>
      row.before || row.after || row.reason ? <AuditDiff before={row.before} after={row.after} reason={row.reason} /> : null,
  },
  {
    key: 'from',
    header: 'From',
    cell: (row) =>
      row.ip ? (
        <span className="text-xs text-muted" title={row.agent ?? undefined}>
          {row.ip}
        </span>
      ) : null,
  },
]

function Subject({ entity }: { entity: Row['entity'] }) {
  const to = entity.id ? entityPath(entity.type, entity.id) : undefined
  const text = entity.ref ?? words(entity.type)
  return (
    <span>
      {to ? <TextLink to={to}>{text}</TextLink> : text}
      {entity.id ? (
        <>
          {' '}
          <TextLink to={`?entityId=${entity.id}`} className="text-xs">
            <ListFilter aria-hidden="true" className="inline size-3.5" />
            <span className="sr-only">Only {text}</span>
          </TextLink>
        </>
      ) : null}
    </span>
  )
}

export default function Audit() {
  const { page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title="Audit" description="Every change and every refusal, in one log that can only grow." />
      <div className="mb-3">
        <FilterBar
          keep={['entityId', 'actorId']}
          filters={[
            {
              name: 'entityType',
              label: 'On',
              any: 'On anything',
              options: KINDS.map((kind) => ({ value: kind, label: words(kind) })),
            },
            { name: 'action', label: 'Action', kind: 'text' },
            { name: 'from', label: 'From', kind: 'date' },
            { name: 'to', label: 'to', kind: 'date' },
          ]}
        />
      </div>
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
