import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { INQUIRY_STATUSES, optionsOf, PRIORITIES, SOURCES, WHOSE } from '../../features/statuses.ts'
import { daysOf } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { Period, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Inquiries · Virel' }]
export const handle = { crumbs: () => [{ label: 'Inquiries' }], live: ['inquiry'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.inquiries.list>[0]>(url, [
    'status',
    'priority',
    'source',
    'assignedTo',
    'clientId',
    'q',
  ])
  const received = daysOf(url, AGENCY_ZONE)
  const filters = { ...query, createdFrom: received.from, createdTo: received.to }
  return {
    page: await api.inquiries.list(filters),
    sort: query.sort ?? '-createdAt',
    mayWrite: may('inquiries.write'),
    exporting: exportFilters(may, filters),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'ref',
    header: 'Inquiry',
    lead: true,
    cell: (row) => <RowLink to={paths.inquiries.detail(row.id)}>{row.ref}</RowLink>,
  },
  {
    key: 'status',
    header: 'Status',
    cell: (row) => (
      <span className="inline-flex gap-1">
        <EntityStatus status={row.status} />
        {row.priority === 'normal' ? null : <Urgency level={row.priority} />}
      </span>
    ),
  },
  { key: 'client', header: 'Client', cell: (row) => row.client.name },
  {
    key: 'subject',
    header: 'Subject',
    className: 'wrap min-w-48 max-w-80',
    cell: (row) => (row.subject ? <span className="line-clamp-2">{row.subject}</span> : null),
  },
  { key: 'place', header: 'Place', cell: (row) => row.place?.title },
  {
    key: 'wished',
    header: 'Wished for',
    cell: (row) =>
      row.from ? (
        row.to ? (
          <Period from={row.from} to={row.to} zone={row.place?.zone} />
        ) : (
          <TimeText at={row.from} zone={row.place?.zone} />
        )
      ) : null,
  },
  { key: 'received', header: 'Received', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
  { key: 'assignee', header: 'With', cell: (row) => row.assignee?.name ?? <span className="text-muted">Nobody</span> },
]

export default function Inquiries() {
  const { page, sort, mayWrite, exporting } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Inquiries"
        actions={
          <>
            {exporting ? <ExportButton kind="inquiries" filters={exporting} /> : null}
            {mayWrite ? (
              <LinkButton to={paths.inquiries.new()} tone="primary">
                New inquiry
              </LinkButton>
            ) : null}
          </>
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Ref, client or words"
          keep={['clientId']}
          filters={[
            { name: 'status', label: 'Status', any: 'Any status', options: optionsOf(INQUIRY_STATUSES) },
            { name: 'priority', label: 'Priority', any: 'Any priority', options: optionsOf(PRIORITIES) },
            { name: 'source', label: 'Source', any: 'Any source', options: optionsOf(SOURCES) },
            { name: 'assignedTo', label: 'With', any: 'Anyone’s', options: WHOSE },
            { name: 'from', label: 'From', kind: 'date' },
            { name: 'to', label: 'To', kind: 'date' },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No inquiries here">Nothing matches these filters. New ones appear by themselves.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Inquiries" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
