import type { MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { monthText } from '../../features/finance/month-text.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Badge } from '../../ui/badge.tsx'
import { ActionForm, FormProblem, Submit } from '../../ui/form.tsx'
import { ListPanel } from '../../ui/list.tsx'
import { moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { ConfirmDialog } from '../../ui/step.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Months · Virel' }]
export const handle = { crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Months' }] }

export const loader = screen(async ({ api, may }) => ({
  months: await api.financeMonths.list({ limit: 120 }),
  mayClose: may('finance.write'),
}))

export const action = actions({
  close: async (form, { api }) => {
    const month = form.text('month')
    await api.financeMonths.close({ month })
    return { to: paths.finance.months(), say: `${monthText(month)} is closed. Nothing is posted to it any more.` }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['months']['items'][number]

export default function Months() {
  const { months, mayClose } = useLoaderData<typeof loader>()
  const columns: readonly Column<Row>[] = [
    {
      key: 'month',
      header: 'Month',
      lead: true,
      cell: (row) => (
        <Link className="font-medium text-link hover:underline" to={paths.finance.ledger({ month: row.month })}>
          {monthText(row.month)}
        </Link>
      ),
    },
    { key: 'transactions', header: 'Transactions', end: true, cell: (row) => row.transactions.toLocaleString('en-GB') },
    { key: 'revenue', header: 'Revenue', end: true, cell: (row) => row.revenue.map(moneyText).join(', ') },
    {
      key: 'state',
      header: 'Status',
      cell: (row) =>
        row.closedAt ? (
          <Badge tone="plum">Closed</Badge>
        ) : (
          <Badge tone={row.month === months.current ? 'info' : 'warn'}>{row.month === months.current ? 'Running' : 'Open'}</Badge>
        ),
    },
    {
      key: 'closed',
      header: 'Closed',
      cell: (row) =>
        row.closedAt ? (
          <>
            <TimeText at={row.closedAt} /> {row.closedBy ? `by ${row.closedBy.name}` : null}
          </>
        ) : null,
    },
    { key: 'do', header: 'Close', hideHeader: true, cell: (row) => (row.next ? <Close row={row} mayClose={mayClose} /> : null) },
  ]
  return (
    <>
      <PageHeader
        title="Months"
        description={`Closed in order and for good; corrections go into a later month. Months begin at midnight in ${months.zone}.`}
      />
      <FinanceTabs current="months" />
      <ListPanel
        empty={
          months.items.length === 0 ? (
            <EmptyState title="Nothing posted yet">The first payment begins the books.</EmptyState>
          ) : undefined
        }
      >
        <Table caption="Months" columns={columns} rows={months.items} rowKey={(row) => row.month} />
      </ListPanel>
    </>
  )
}

function Close({ row, mayClose }: { row: Row; mayClose: boolean }) {
  const refused = useRefused()
  const blocked = row.checks.some((check) => check.blocks && check.count > 0)
  return (
    <div className="flex flex-col gap-2 whitespace-normal">
      <ul className="text-xs">
        {row.checks.map((check) => (
          <li key={check.code} className={check.count === 0 ? 'text-muted' : check.blocks ? 'text-bad-ink' : 'text-warn-ink'}>
            {check.count === 0 ? '✓' : check.blocks ? '✗' : '!'} {check.text}
            {check.count > 0 ? `: ${check.count}` : ''}
          </li>
        ))}
      </ul>
      {mayClose && !blocked ? (
        <ConfirmDialog
          label={`Close ${monthText(row.month)}`}
          small
          question="A closed month can not be opened again. Its balances are kept as they are now."
          open={refused?.intent === 'close'}
        >
          <ActionForm intent="close" refused={refused} carry={{ month: row.month }}>
            <FormProblem className="mb-2" />
            <Submit small tone="danger" busy="Closing…">
              Close it for good
            </Submit>
          </ActionForm>
        </ConfirmDialog>
      ) : null}
    </div>
  )
}
