import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EntityStatus } from '../../features/status-badge.tsx'
import { optionsOf } from '../../features/statuses.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export const meta: MetaFunction = () => [{ title: 'Payments · Virel' }]
export const handle = { crumbs: () => [{ label: 'Payments' }], live: ['payment'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.payments.list>[0]>(url, ['bookingId', 'type', 'status'])
  return { page: await api.payments.list(query), sort: query.sort ?? '-createdAt', seesBookings: may('bookings.read') }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Payments() {
  const { page, sort, seesBookings } = useLoaderData<typeof loader>()
  const columns: readonly Column<Row>[] = [
    { key: 'ref', header: 'Payment', lead: true, cell: (row) => <span className="font-medium">{row.ref}</span> },
    { key: 'type', header: 'For', cell: (row) => words(row.type) },
    {
      key: 'booking',
      header: 'Booking',
      cell: (row) =>
        seesBookings ? <RowLink to={paths.bookings.detail(row.bookingId)}>{row.bookingRef}</RowLink> : row.bookingRef,
    },
    { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
    { key: 'method', header: 'How', cell: (row) => (row.method ? words(row.method) : words(row.provider)) },
    { key: 'reference', header: 'Reference', cell: (row) => row.reference },
    { key: 'by', header: 'Recorded by', cell: (row) => row.recordedBy?.name },
    { key: 'at', header: 'When', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
    {
      key: 'amount',
      header: 'Amount',
      end: true,
      cell: (row) => <Money value={row.type === 'refund' ? { ...row.amount, amount: -row.amount.amount } : row.amount} />,
    },
  ]
  return (
    <>
      <PageHeader title="Payments" description="Recorded by hand on the page of a booking." />
      <div className="mb-3">
        <FilterBar
          keep={['bookingId']}
          filters={[
            {
              name: 'type',
              label: 'For',
              any: 'Any kind',
              options: optionsOf(['deposit', 'full', 'refund']),
            },
            {
              name: 'status',
              label: 'Status',
              any: 'Any status',
              options: optionsOf(['pending', 'succeeded', 'failed', 'cancelled']),
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="No payments here">Nothing matches these filters.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Payments" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
