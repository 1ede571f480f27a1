import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EntityRef } from '../../features/entity-ref.tsx'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { EXCEPTION_STATUSES, EXCEPTION_TYPES, optionsOf, SEVERITIES, WHOSE } from '../../features/statuses.ts'
import { daysOf } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Exceptions · Virel' }]
export const handle = { crumbs: () => [{ label: 'Exceptions' }], live: ['exception'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.exceptions.list>[0]>(url, [
    'status',
    'severity',
    'type',
    'assignedTo',
    'slaBreached',
    'q',
  ])
  const raised = daysOf(url, AGENCY_ZONE)
  const page = await api.exceptions.list({ ...query, createdFrom: raised.from, createdTo: raised.to })
  return { page, sort: query.sort ?? '-createdAt', mayWrite: may('exceptions.write') }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'summary',
    header: 'Exception',
    lead: true,
    className: 'wrap min-w-56 max-w-md',
    cell: (row) => (
      <span>
        <RowLink to={paths.exceptions.detail(row.id)}>{row.summary}</RowLink> <span className="text-muted">{row.ref}</span>
        {row.occurrences > 1 ? <span className="text-muted"> · {row.occurrences} times</span> : null}
      </span>
    ),
  },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'severity', header: 'Severity', cell: (row) => <Urgency level={row.severity} /> },
  { key: 'type', header: 'Type', cell: (row) => words(row.type) },
  { key: 'about', header: 'About', cell: (row) => (row.entity ? <EntityRef entity={row.entity} /> : null) },
  { key: 'client', header: 'Client', cell: (row) => row.client?.name },
  {
    key: 'deadline',
    header: 'Time left',
    cell: (row) => (row.slaDeadlineAt && row.closedAt === null ? <Countdown until={row.slaDeadlineAt} /> : null),
  },
  { key: 'made', header: 'Raised', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
  { key: 'assignee', header: 'With', cell: (row) => row.assignee?.name ?? <span className="text-muted">Nobody</span> },
]

export default function Exceptions() {
  const { page, sort, mayWrite } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Exceptions"
        actions={mayWrite ? <LinkButton to={paths.exceptions.new()}>Raise an exception</LinkButton> : null}
      />
      <div className="mb-3">
        <FilterBar
          search="Ref or words"
          filters={[
            { name: 'status', label: 'Status', any: 'Any status', options: optionsOf(EXCEPTION_STATUSES) },
            { name: 'severity', label: 'Severity', any: 'Any severity', options: optionsOf(SEVERITIES) },
            { name: 'type', label: 'Type', any: 'Any type', options: optionsOf(EXCEPTION_TYPES) },
            { name: 'assignedTo', label: 'With', any: 'Anyone’s', options: WHOSE },
            { name: 'slaBreached', label: 'Deadline', any: 'Late or not', options: [{ value: 'true', label: 'Late' }] },
            { name: 'from', label: 'From', kind: 'date', onlyWhenSet: true },
            { name: 'to', label: 'To', kind: 'date', onlyWhenSet: true },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No exceptions here">Nothing matches these filters, which is usually good news.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Exceptions" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
