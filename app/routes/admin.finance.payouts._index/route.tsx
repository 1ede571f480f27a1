import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText, percentText } from '../../features/finance/month-text.ts'
import { monthsOf } from '../../features/finance/months.server.ts'
import { PayoutViews } from '../../features/finance/payout-views.tsx'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import type { Refused } from '../../problem.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { ActionForm, Field, FormProblem, Input, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { Money, moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNote } from '../../ui/problem-note.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { Step } from '../../ui/step.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Payouts · Virel' }]
export const handle = { crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Payouts' }] }

export const loader = screen(async ({ api, url, may }) => {
  const months = await monthsOf(api)
  const query = listQuery<Partial<Parameters<typeof api.payouts.due>[0]>>(url, ['month', 'currency'])
  const month = query.month ?? months.current
  return {
    page: await api.payouts.due({ ...query, month }),
    month,
    months: months.options,
    sort: query.sort ?? 'name',
    mayWrite: may('finance.write'),
  }
})

export const action = actions({
  prepare: async (form, { api, url }) => {
    const currency = form.optional('currency') ?? 'GBP'
    const payout = await api.payouts.make({ modelId: form.text('modelId'), month: form.text('month'), currency })
    return {
      to: `${url.pathname}${url.search}`,
      say: `${payout.ref}: ${moneyText(payout.amount)} for ${payout.model.name} is prepared. Pay it under Payouts made.`,
    }
  },
  share: async (form, { api, url }) => {
    const percent = form.decimal('share')
    if (percent === undefined || percent > 100) form.refuse('share', 'Type a percentage from 0 to 100.')
    form.check()
    const basisPoints = Math.round((percent ?? 0) * 100)
    await api.payouts.setShare({ modelId: form.text('modelId'), basisPoints, version: form.version() })
    return { to: `${url.pathname}${url.search}`, say: `The share is ${percentText(basisPoints)} of what is earned from now on.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

export default function Payouts() {
  const { page, month, months, sort, mayWrite } = useLoaderData<typeof loader>()
  const refused = useRefused()
  const money = (row: Row, amount: number) => <Money value={{ amount, currency: row.currency }} />
  const columns: readonly Column<Row>[] = [
    {
      key: 'model',
      header: 'Model',
      lead: true,
      sort: 'name',
      cell: (row) => <RowLink to={paths.finance.statement(row.model.id, month, row.currency)}>{row.model.name}</RowLink>,
    },
    { key: 'bookings', header: 'Bookings', end: true, cell: (row) => row.bookings },
    { key: 'opening', header: 'Before', end: true, cell: (row) => money(row, row.opening) },
    { key: 'earned', header: 'Earned', end: true, cell: (row) => money(row, row.earned) },
    { key: 'paid', header: 'Paid out', end: true, cell: (row) => money(row, row.paid) },
    { key: 'closing', header: 'Owed at its end', end: true, cell: (row) => money(row, row.closing) },
    { key: 'due', header: 'Not in a payout', end: true, cell: (row) => <strong>{money(row, row.due)}</strong> },
    {
      key: 'share',
      header: 'Share',
      cell: (row) => (mayWrite ? <Share row={row} refused={refused} /> : percentText(row.share)),
    },
    {
      key: 'prepare',
      header: 'Payout',
      hideHeader: true,
      cell: (row) => (mayWrite && row.due > 0 ? <Prepare row={row} month={month} refused={refused} /> : null),
    },
  ]
  return (
    <>
      <PageHeader title="Payouts" description={`What each model is owed at the end of ${monthText(month)}, from the books.`} />
      <FinanceTabs current="payouts" />
      <PayoutViews current="due" />
      <div className="mb-3">
        <FilterBar filters={[{ name: 'month', label: 'Month', any: monthText(month), options: months }]} />
      </div>
      {refused?.intent === 'prepare' ? (
        <div className="mb-3">
          <ProblemNote problem={refused.problem} />
        </div>
      ) : null}
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="Nobody is owed anything">Nothing was earned up to the end of this month.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Models" columns={columns} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}

function Prepare({ row, month, refused }: { row: Row; month: string; refused?: Refused }) {
  return (
    <ActionForm
      intent="prepare"
      refused={refused}
      carry={{ modelId: row.model.id, month, currency: row.currency }}
      only={{ name: 'modelId', value: row.model.id }}
    >
      <Submit small tone="secondary" busy="Preparing…">
        Prepare
      </Submit>
    </ActionForm>
  )
}

function Share({ row, refused }: { row: Row; refused?: Refused }) {
  const mine = refused?.intent === 'share' && refused.values.modelId?.[0] === row.model.id
  return (
    <Step label={`${percentText(row.share)}${row.ownShare ? '' : ' (usual)'}`} small open={mine}>
      <ActionForm
        intent="share"
        refused={refused}
        carry={{ modelId: row.model.id, version: row.shareVersion }}
        only={{ name: 'modelId', value: row.model.id }}
        className="flex w-52 flex-col gap-2 whitespace-normal"
      >
        <FormProblem own={['share']} />
        <Field name="share" label="Her share, percent" hint="Of what her bookings earn from now on." required>
          <Input inputMode="decimal" defaultValue={String(row.share / 100)} />
        </Field>
        <Submit small className="self-start">
          Save
        </Submit>
      </ActionForm>
    </Step>
  )
}
