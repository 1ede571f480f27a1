import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { DecideForm } from '../../features/finance/decide-form.tsx'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { HandOver } from '../../features/finance/hand-over.tsx'
import { optionsOf, PAYMENT_METHODS } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge, words } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Refunds · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Refunds' }],
  live: ['payment'],
}

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.refunds.requests>[0]>>(url, ['outcome', 'bookingId'])
  const [page, toHand] = await Promise.all([
    api.refunds.requests(query),
    api.payments.list({ type: ['refund'], status: ['pending'], provider: ['manual'], limit: 50 }),
  ])
  return { page, toHand, sort: query.sort ?? '-requestedAt', mayRefund: may('payments.refund') }
})

export const action = actions({
  decide: async (form, { api, url }) => {
    const approve = form.text('answer') === 'approve'
    const request = await api.refunds.decide({ id: form.text('of'), approve, note: form.optional('note') })
    const say = approve ? `${request.ref}: ${moneyText(request.amount)} goes back.` : `${request.ref} is refused.`
    return { to: `${url.pathname}${url.search}`, say }
  },
  handOver: async (form, { api, url }) => {
    const method = form.pick('method', PAYMENT_METHODS) ?? 'cash'
    form.check()
    await api.refunds.handOver({ id: form.text('of'), method, reference: form.optional('reference') })
    return { to: `${url.pathname}${url.search}`, say: 'Written down: it was handed over.' }
  },
  drop: async (form, { api, url }) => {
    const reason = form.requiredText('reason', 'Say why.')
    form.check()
    await api.refunds.drop({ id: form.text('of'), reason })
    return { to: `${url.pathname}${url.search}`, say: 'Dropped: the money stays.' }
  },
})

type Data = ReturnType<typeof useLoaderData<typeof loader>>
type Row = Data['page']['items'][number]
const TONES = { waiting: 'warn', approved: 'good', refused: 'neutral' } as const
const OUTCOMES = ['waiting', 'approved', 'refused'] as const

export default function Refunds() {
  const { page, toHand, sort, mayRefund } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const columns: readonly Column<Row>[] = [
    { key: 'ref', header: 'Request', lead: true, cell: (row) => <span className="font-medium">{row.ref}</span> },
    { key: 'booking', header: 'Booking', cell: (row) => row.bookingRef },
    { key: 'payment', header: 'Payment', cell: (row) => row.paymentRef },
    { key: 'amount', header: 'Amount', end: true, cell: (row) => <Money value={row.amount} /> },
    { key: 'policy', header: 'By the terms', end: true, cell: (row) => <Money value={row.byPolicy} /> },
    { key: 'why', header: 'Why', className: 'wrap', cell: (row) => row.reason },
    {
      key: 'by',
      header: 'Asked for',
      sort: 'requestedAt',
      cell: (row) => (
        <>
          {row.requestedBy.name}, <TimeText at={row.requestedAt} />
        </>
      ),
    },
    { key: 'state', header: 'Status', cell: (row) => <StatusBadge tone={TONES[row.outcome]} label={words(row.outcome)} /> },
    { key: 'decided', header: 'Decided by', cell: (row) => row.decidedBy?.name },
    {
      key: 'do',
      header: 'Decide',
      hideHeader: true,
      cell: (row) => (mayRefund && row.outcome === 'waiting' ? <DecideForm request={row} refused={refused} /> : null),
    },
  ]
  return (
    <>
      <PageHeader
        title="Refunds"
        description="What waits for a second person, and what was taken by hand and has to be handed back. Refunds by the terms go back by themselves."
      />
      <FinanceTabs current="refunds" />
      {toHand.items.length > 0 ? (
        <Card title="To be handed over" className="mb-4" flush note="Taken by hand: nobody but a person can give it back">
          <ul className="divide-y divide-line">
            {toHand.items.map((refund) => (
              <li key={refund.id} className="flex flex-wrap items-start justify-between gap-3 px-4 py-2.5">
                <span className="min-w-0 text-sm">
                  <strong>{moneyText(refund.amount)}</strong> of {refund.bookingRef} ({refund.ref})
                  <span className="block text-xs text-muted">
                    {refund.reason} · <TimeText at={refund.createdAt} />
                  </span>
                </span>
                {mayRefund ? <HandOver refund={refund} refused={refused} /> : null}
              </li>
            ))}
          </ul>
        </Card>
      ) : null}
      <div className="mb-3">
        <FilterBar
          keep={['bookingId']}
          filters={[{ name: 'outcome', label: 'Status', any: 'Any status', options: optionsOf(OUTCOMES) }]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No requests">Refunds above what one person may decide are listed here.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Refund requests" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
