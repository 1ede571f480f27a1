import type { MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { AdjustForm } from '../../features/finance/adjust-form.tsx'
import { Balances } from '../../features/finance/balances.tsx'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText } from '../../features/finance/month-text.ts'
import { monthsOf } from '../../features/finance/months.server.ts'
import { optionsOf } from '../../features/statuses.ts'
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

export const meta: MetaFunction = () => [{ title: 'Ledger · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Ledger' }],
  live: ['payment'],
}

const KINDS = ['payment', 'refund', 'fee', 'dispute', 'earned', 'payout', 'adjustment'] as const

export const loader = screen(async ({ api, url, may }) => {
  const known = ['kind', 'account', 'month', 'currency', 'bookingId', 'paymentId', 'modelId'] as const
  const query = listQuery<Parameters<typeof api.ledger.list>[0]>(url, known)
  const currency = query.currency ?? 'GBP'
  const [page, balances, months] = await Promise.all([
    api.ledger.list(query),
    api.ledger.balances({ currency, ...(query.month ? { month: query.month } : {}) }),
    monthsOf(api),
  ])
  return {
    page,
    balances,
    months: months.options,
    sort: query.sort ?? '-postedAt',
    seesBookings: may('bookings.read'),
    mayAdjust: may('finance.write'),
    exporting: exportFilters(may, query),
  }
})

export const action = actions({
  adjust: async (form, { api }) => {
    const amount = form.requiredMoney('amount', form.optional('currency'))
    const memo = form.requiredText('memo', 'Say why.')
    form.check()
    const posted = await api.ledger.adjust({
      debit: form.text('debit'),
      credit: form.text('credit'),
      amount,
      memo,
      modelId: form.optional('modelId'),
    } as Parameters<typeof api.ledger.adjust>[0])
    return { to: paths.finance.ledger(), say: `Posted as ${posted.ref}.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

function About({ row, seesBookings }: { row: Row; seesBookings: boolean }) {
  const parts = [
    row.booking &&
      (seesBookings ? <RowLink to={paths.bookings.detail(row.booking.id)}>{row.booking.ref}</RowLink> : row.booking.ref),
    row.payment?.ref,
    row.model?.name,
  ].filter(Boolean)
  return (
    <span className="flex flex-wrap gap-x-2">
      {parts.map((part, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: fixed order
        <span key={at}>{part}</span>
      ))}
      {row.memo ? <span className="text-muted">{row.memo}</span> : null}
    </span>
  )
}

function Entries({ row }: { row: Row }) {
  return (
    <ul className="text-xs">
      {row.entries.map((entry) => (
        <li key={`${entry.account} ${entry.amount}`} className="flex justify-between gap-4">
          <Link className="text-muted hover:text-text hover:underline" to={paths.finance.ledger({ account: entry.account })}>
            {entry.name}
          </Link>
          <Money value={{ amount: entry.amount, currency: row.turnover.currency }} />
        </li>
      ))}
    </ul>
  )
}

export default function Ledger() {
  const { page, balances, months, sort, seesBookings, mayAdjust, exporting } = useLoaderData<typeof loader>()
  const columns: readonly Column<Row>[] = [
    { key: 'ref', header: 'Transaction', lead: true, cell: (row) => <span className="font-medium">{row.ref}</span> },
    { key: 'kind', header: 'Kind', cell: (row) => words(row.kind) },
    { key: 'about', header: 'About', className: 'wrap', cell: (row) => <About row={row} seesBookings={seesBookings} /> },
    { key: 'at', header: 'Posted', sort: 'postedAt', cell: (row) => <TimeText at={row.postedAt} /> },
    { key: 'by', header: 'By', cell: (row) => row.by },
    { key: 'entries', header: 'Entries: debit, −credit', cell: (row) => <Entries row={row} /> },
  ]
  return (
    <>
      <PageHeader
        title="Ledger"
        description={`The books${balances.month ? ` in ${monthText(balances.month)}` : ''}: each transaction sums to zero, nothing in it is ever changed.`}
        actions={exporting ? <ExportButton kind="ledger" filters={exporting} /> : undefined}
      />
      <FinanceTabs current="ledger" />
      <div className="mb-3">
        <FilterBar
          keep={['bookingId', 'paymentId', 'modelId']}
          filters={[
            { name: 'month', label: 'Month', any: 'All time', options: months },
            {
              name: 'account',
              label: 'Account',
              any: 'Every account',
              options: balances.accounts.map((account) => ({ value: account.code, label: account.name })),
            },
            { name: 'kind', label: 'Kind', any: 'Any kind', options: optionsOf(KINDS) },
            ...(balances.currencies.length > 1
              ? [{ name: 'currency', label: 'Currency', any: 'Any currency', options: optionsOf(balances.currencies) }]
              : []),
          ]}
        />
      </div>
      <Balances balances={balances} />
      <div className="mt-4">
        <ListPanel
          empty={
            page.items.length === 0 ? <EmptyState title="Nothing posted">Nothing matches these filters.</EmptyState> : undefined
          }
          pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
        >
          <Table caption="Transactions" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
        </ListPanel>
      </div>
      {mayAdjust ? <AdjustForm accounts={balances.accounts} currency={balances.currency} /> : null}
    </>
  )
}
