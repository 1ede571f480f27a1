import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText, percentText } from '../../features/finance/month-text.ts'
import { monthsOf } from '../../features/finance/months.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Statement · Virel' }]
export const handle = {
  crumbs: () => [
    { label: 'Finance', to: paths.finance.overview() },
    { label: 'Payouts', to: paths.finance.payouts() },
    { label: 'Statement' },
  ],
}

export const loader = screen(async ({ api, url, may }) => {
  const months = await monthsOf(api)
  const query = listQuery<Partial<Parameters<typeof api.payouts.statement>[0]>>(url, ['modelId', 'month', 'currency'])
  const month = query.month ?? months.current
  const input = { ...query, modelId: query.modelId ?? '', month }
  const [page, account] = await Promise.all([
    api.payouts.statement(input),
    api.payouts.account({ modelId: input.modelId, month }),
  ])
  return {
    page,
    account,
    month,
    months: months.options,
    sort: query.sort ?? 'postedAt',
    seesBookings: may('bookings.read'),
    exporting: exportFilters(may, input),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Statement() {
  const { page, account, month, months, sort, seesBookings, exporting } = useLoaderData<typeof loader>()
  const money = (amount: number) => moneyText({ amount, currency: account.currency })
  const columns: readonly Column<Row>[] = [
    { key: 'at', header: 'Posted', sort: 'postedAt', cell: (row) => <TimeText at={row.at} /> },
    { key: 'ref', header: 'Transaction', lead: true, cell: (row) => row.ref },
    { key: 'kind', header: 'What', cell: (row) => words(row.kind) },
    {
      key: 'booking',
      header: 'Booking',
      cell: (row) =>
        row.booking && seesBookings ? (
          <RowLink to={paths.bookings.detail(row.booking.id)}>{row.booking.ref}</RowLink>
        ) : (
          row.booking?.ref
        ),
    },
    { key: 'when', header: 'Took place', cell: (row) => (row.booking ? <TimeText at={row.booking.start} /> : null) },
    { key: 'status', header: 'Ended', cell: (row) => (row.booking ? words(row.booking.status) : null) },
    { key: 'gross', header: 'Earned', end: true, cell: (row) => (row.gross === null ? null : money(row.gross)) },
    { key: 'share', header: 'Share', end: true, cell: (row) => (row.share === null ? null : percentText(row.share)) },
    {
      key: 'amount',
      header: 'On her account',
      end: true,
      cell: (row) => <Money value={{ amount: row.amount, currency: row.currency }} />,
    },
    { key: 'payout', header: 'Payout', cell: (row) => row.payout },
  ]
  return (
    <>
      <PageHeader
        title={`${account.model.name}, ${monthText(month)}`}
        description={`Owed before ${money(account.opening)}, earned ${money(account.earned)}, paid out ${money(account.paid)}, owed at its end ${money(account.closing)}.`}
        actions={exporting ? <ExportButton kind="statement" filters={exporting} /> : undefined}
      />
      <FinanceTabs current="payouts" />
      <div className="mb-3">
        <FilterBar
          keep={['modelId', 'currency']}
          filters={[{ name: 'month', label: 'Month', any: monthText(month), options: months }]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="Nothing in this month">Her account did not move.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Statement" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
