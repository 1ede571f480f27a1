import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { PaymentActions } from '../../features/finance/payment-actions.tsx'
import { PaymentTotals } from '../../features/finance/payment-totals.tsx'
import { EntityStatus } from '../../features/status-badge.tsx'
import { optionsOf, PAYMENT_METHODS } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Payments · Virel' }]
export const handle = { crumbs: () => [{ label: 'Payments' }], live: ['payment'] }

const STATES = [
  'pending',
  'requires_action',
  'succeeded',
  'failed',
  'cancelled',
  'partly_refunded',
  'refunded',
  'disputed',
] as const
const KNOWN = ['bookingId', 'type', 'status', 'provider', 'method'] as const

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.payments.list>[0]>(url, KNOWN)
  const { cursor: _cursor, sort: _sort, limit: _limit, ...filters } = query
  const [page, totals] = await Promise.all([api.payments.list(query), api.payments.totals(filters)])
  return {
    page,
    totals,
    mayRetry: may('payments.retry'),
    seesFinance: may('finance.read'),
    sort: query.sort ?? '-createdAt',
    seesBookings: may('bookings.read'),
    mayRefund: may('payments.refund'),
    exporting: exportFilters(may, query),
  }
})

export const action = actions({
  retry: async (form, { api, url }) => {
    const payment = await api.payments.retry({ id: form.text('of') })
    return { to: `${url.pathname}${url.search}`, say: `Tried again as ${payment.ref}.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Payments() {
  const { page, totals, sort, seesBookings, seesFinance, mayRefund, mayRetry, exporting } = useLoaderData<typeof loader>()
  const refused = useRefused()
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
    {
      key: 'do',
      header: 'Actions',
      hideHeader: true,
      cell: (row) => <PaymentActions payment={row} mayRefund={mayRefund} mayRetry={mayRetry} refused={refused} />,
    },
  ]
  return (
    <>
      <PageHeader
        title="Payments"
        description="Received and refunded; what changed hands is recorded on the page of a booking."
        actions={exporting ? <ExportButton kind="payments" filters={exporting} /> : undefined}
      />
      {seesFinance ? <FinanceTabs current="payments" /> : null}
      <PaymentTotals totals={totals} />
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
              options: optionsOf(STATES),
            },
            {
              name: 'provider',
              label: 'Taken',
              any: 'Online or by hand',
              options: [
                { value: 'stripe', label: 'Online' },
                { value: 'manual', label: 'By hand' },
              ],
            },
            { name: 'method', label: 'How', any: 'Any way', options: optionsOf(PAYMENT_METHODS) },
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
