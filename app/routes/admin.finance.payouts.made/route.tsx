import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText } from '../../features/finance/month-text.ts'
import { monthsOf } from '../../features/finance/months.server.ts'
import { PayoutViews } from '../../features/finance/payout-views.tsx'
import { optionsOf } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge, words } from '../../ui/badge.tsx'
import { ActionForm, Field, FormProblem, Input, Select, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Payouts made · Virel' }]
export const handle = {
  crumbs: () => [
    { label: 'Finance', to: paths.finance.overview() },
    { label: 'Payouts', to: paths.finance.payouts() },
    { label: 'Made' },
  ],
}

const METHODS = ['bank_transfer', 'cash', 'other'] as const
const STATES = ['prepared', 'paid', 'withdrawn'] as const

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.payouts.list>[0]>(url, ['state', 'month', 'modelId'])
  const [page, months] = await Promise.all([api.payouts.list(query), monthsOf(api)])
  return {
    page,
    months: months.options,
    sort: query.sort ?? '-createdAt',
    mayWrite: may('finance.write'),
    exporting: exportFilters(may, query),
  }
})

export const action = actions({
  pay: async (form, { api, url }) => {
    const method = form.pick('method', METHODS) ?? 'bank_transfer'
    form.check()
    const payout = await api.payouts.pay({ id: form.text('of'), method, reference: form.optional('reference') })
    return { to: `${url.pathname}${url.search}`, say: `${payout.ref}: ${moneyText(payout.amount)} paid to ${payout.model.name}.` }
  },
  withdraw: async (form, { api, url }) => {
    const reason = form.requiredText('reason', 'Say why.')
    form.check()
    const payout = await api.payouts.withdraw({ id: form.text('of'), reason })
    return { to: `${url.pathname}${url.search}`, say: `${payout.ref} is withdrawn; what was in it is due again.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]
const TONES = { prepared: 'warn', paid: 'good', withdrawn: 'neutral' } as const

export default function PayoutsMade() {
  const { page, months, sort, mayWrite, exporting } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const columns: readonly Column<Row>[] = [
    { key: 'ref', header: 'Payout', lead: true, cell: (row) => <span className="font-medium">{row.ref}</span> },
    {
      key: 'model',
      header: 'Model',
      cell: (row) => (
        <RowLink to={paths.finance.statement(row.model.id, row.month, row.amount.currency)}>{row.model.name}</RowLink>
      ),
    },
    { key: 'month', header: 'Up to the end of', cell: (row) => monthText(row.month) },
    { key: 'state', header: 'Status', cell: (row) => <StatusBadge tone={TONES[row.state]} label={words(row.state)} /> },
    { key: 'lines', header: 'Lines', end: true, cell: (row) => row.lines },
    { key: 'how', header: 'How', cell: (row) => [row.method && words(row.method), row.reference].filter(Boolean).join(' · ') },
    { key: 'made', header: 'Prepared', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
    { key: 'paid', header: 'Paid', cell: (row) => (row.paidAt ? <TimeText at={row.paidAt} /> : row.withdrawnReason) },
    { key: 'amount', header: 'Amount', end: true, cell: (row) => <Money value={row.amount} /> },
    {
      key: 'do',
      header: 'Actions',
      hideHeader: true,
      cell: (row) => (mayWrite && row.state === 'prepared' ? <Settle payout={row} refused={refused} /> : null),
    },
  ]
  return (
    <>
      <PageHeader
        title="Payouts made"
        description="Prepared, paid and withdrawn; paying one posts it to the books."
        actions={exporting ? <ExportButton kind="payouts" filters={exporting} /> : undefined}
      />
      <FinanceTabs current="payouts" />
      <PayoutViews current="made" />
      <div className="mb-3">
        <FilterBar
          keep={['modelId']}
          filters={[
            { name: 'state', label: 'Status', any: 'Any status', options: optionsOf(STATES) },
            { name: 'month', label: 'Month', any: 'Any month', options: months },
          ]}
        />
      </div>
      <ListPanel
        empty={page.items.length === 0 ? <EmptyState title="No payouts here">Prepare one under Owed.</EmptyState> : undefined}
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Payouts" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}

function Settle({ payout, refused }: { payout: Row; refused?: Refused }) {
  const mine = refused?.values.of?.[0] === payout.id ? refused.intent : undefined
  const only = { name: 'of', value: payout.id }
  return (
    <div className="flex flex-wrap gap-1.5">
      <Step label="Pay" tone="primary" small open={mine === 'pay'}>
        <ActionForm
          intent="pay"
          refused={refused}
          carry={{ of: payout.id }}
          only={only}
          className="flex w-56 flex-col gap-2 whitespace-normal"
        >
          <FormProblem own={['method', 'reference']} />
          <Field name="method" label="How" required>
            <Select options={optionsOf(METHODS)} />
          </Field>
          <Field name="reference" label="Reference">
            <Input maxLength={200} placeholder="Transfer number" />
          </Field>
          <Submit small className="self-start" busy="Writing down…">
            {`Paid ${moneyText(payout.amount)}`}
          </Submit>
        </ActionForm>
      </Step>
      <Step label="Withdraw" small open={mine === 'withdraw'}>
        <ActionForm
          intent="withdraw"
          refused={refused}
          carry={{ of: payout.id }}
          only={only}
          className="flex w-56 flex-col gap-2 whitespace-normal"
        >
          <FormProblem own={['reason']} />
          <Field name="reason" label="Why" required>
            <Input maxLength={500} />
          </Field>
          <Submit small className="self-start" tone="danger">
            Withdraw it
          </Submit>
        </ActionForm>
      </Step>
    </div>
  )
}
