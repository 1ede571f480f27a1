import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { BOOKING_STATUSES, optionsOf, WHOSE } from '../../features/statuses.ts'
import { daysOf } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { Period } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Bookings · Virel' }]
export const handle = { crumbs: () => [{ label: 'Bookings' }], live: ['booking'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.bookings.list>[0]>(url, [
    'status',
    'modelId',
    'clientId',
    'location',
    'assignedTo',
    'q',
  ])
  const starts = daysOf(url, AGENCY_ZONE)
  const made = daysOf(url, AGENCY_ZONE, 'made', 'made')
  const filters = { ...query, startFrom: starts.from, startTo: starts.to, createdFrom: made.from, createdTo: made.to }
  const [page, locations] = await Promise.all([
    api.bookings.list(filters),
    may('catalogue.read') ? api.catalogue.locations({}) : { items: [] },
  ])
  return {
    page,
    sort: query.sort ?? '-createdAt',
    places: locations.items.map(({ slug, title }) => ({ value: slug, label: title })),
    mayWrite: may('bookings.write'),
    exporting: exportFilters(may, filters),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'ref',
    header: 'Booking',
    lead: true,
    cell: (row) => <RowLink to={paths.bookings.detail(row.id)}>{row.ref}</RowLink>,
  },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'when', header: 'When', sort: 'start', cell: (row) => <Period from={row.start} to={row.end} zone={row.place.zone} /> },
  { key: 'model', header: 'Model', cell: (row) => row.model.name },
  { key: 'client', header: 'Client', cell: (row) => row.client.name },
  { key: 'place', header: 'Place', cell: (row) => row.place.title },
  { key: 'price', header: 'Price', end: true, cell: (row) => <Money value={row.price} /> },
  {
    key: 'deposit',
    header: 'Deposit',
    cell: (row) => {
      if (row.waived) return 'Waived'
      if (row.status === 'deposit_required' && row.depositDeadline) return <Countdown until={row.depositDeadline} />
      return ['none', 'pending'].includes(row.depositStatus) ? null : words(row.depositStatus)
    },
  },
  { key: 'assignee', header: 'With', cell: (row) => row.assignee?.name ?? <span className="text-muted">Nobody</span> },
]

export default function Bookings() {
  const { page, sort, places, mayWrite, exporting } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Bookings"
        actions={
          <>
            {exporting ? <ExportButton kind="bookings" filters={exporting} /> : null}
            {mayWrite ? (
              <LinkButton to={paths.bookings.new()} tone="primary">
                New booking
              </LinkButton>
            ) : null}
          </>
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Ref, client or model"
          keep={['clientId', 'modelId']}
          filters={[
            { name: 'status', label: 'Status', any: 'Any status', options: optionsOf(BOOKING_STATUSES) },
            { name: 'location', label: 'Place', any: 'Any place', options: places },
            { name: 'assignedTo', label: 'With', any: 'Anyone’s', options: WHOSE },
            { name: 'from', label: 'From', kind: 'date' },
            { name: 'to', label: 'To', kind: 'date' },
            { name: 'made', label: 'Made on', kind: 'date', onlyWhenSet: true },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState
              title="No bookings here"
              action={mayWrite ? <LinkButton to={paths.bookings.new()}>New booking</LinkButton> : undefined}
            >
              Nothing matches these filters. Bookings are made from inquiries, or by hand.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Bookings" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
