import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { FinanceTabs } from '../../features/finance/finance-tabs.tsx'
import { ResolveForm } from '../../features/finance/resolve-form.tsx'
import { useProgress } from '../../features/use-progress.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { Badge, StatusBadge, words } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Submit } from '../../ui/form.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Reconciliation · Virel' }]
export const handle = {
  crumbs: () => [{ label: 'Finance', to: paths.finance.overview() }, { label: 'Reconciliation' }],
  live: ['payment'],
}

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.reconciliation.differences>[0]>>(url, ['state'])
  const [page, runs] = await Promise.all([api.reconciliation.differences(query), api.reconciliation.runs({ limit: 8 })])
  return { page, runs: runs.items, mayReconcile: may('payments.reconcile') }
})

export const action = actions({
  start: async (_form, { api }) => {
    await api.reconciliation.start({})
    return { to: paths.finance.reconciliation(), say: 'Every object of the provider is being compared with ours.' }
  },
  resolve: async (form, { api, url }) => {
    const kind = form.pick('how', ['adopt', 'accept']) ?? 'accept'
    const reason = form.requiredText('reason', 'Say why.')
    form.check()
    await api.reconciliation.resolve({ id: form.text('of'), action: kind, reason })
    const say = kind === 'adopt' ? 'The provider’s word was taken.' : 'Left as it is, with the reason.'
    return { to: `${url.pathname}${url.search}`, say }
  },
})

type Data = ReturnType<typeof useLoaderData<typeof loader>>
type Row = Data['page']['items'][number]
const TONES = { running: 'info', done: 'good', failed: 'bad' } as const

/** What differs, side by side; fields both have alike are left out. */
function Sides({ row }: { row: Row }) {
  const names = [...new Set([...Object.keys(row.ours), ...Object.keys(row.theirs)])]
  const text = (value: unknown) => (value === undefined || value === null ? '–' : String(value))
  return (
    <ul className="text-xs">
      {names
        .filter((name) => text(row.ours[name]) !== text(row.theirs[name]))
        .map((name) => (
          <li key={name}>
            {words(name)}: ours <strong>{text(row.ours[name])}</strong>, theirs <strong>{text(row.theirs[name])}</strong>
          </li>
        ))}
    </ul>
  )
}

export default function Reconciliation() {
  const { page, runs, mayReconcile } = useLoaderData<typeof loader>()
  const refused = useRefused()
  useProgress(runs.some((run) => run.state === 'running'))
  const columns: readonly Column<Row>[] = [
    { key: 'kind', header: 'Difference', lead: true, cell: (row) => <span className="font-medium">{words(row.kind)}</span> },
    { key: 'payment', header: 'Payment', cell: (row) => row.payment?.ref },
    { key: 'object', header: 'At the provider', className: 'wrap', cell: (row) => row.objectId },
    { key: 'sides', header: 'What differs', className: 'wrap', cell: (row) => <Sides row={row} /> },
    { key: 'exception', header: 'Exception', cell: (row) => row.exceptionRef },
    { key: 'seen', header: 'Seen', cell: (row) => <TimeText at={row.seenAt} /> },
    {
      key: 'state',
      header: 'Status',
      cell: (row) => <StatusBadge tone={row.state === 'open' ? 'bad' : 'good'} label={words(row.state)} />,
    },
    {
      key: 'do',
      header: 'Settle',
      cell: (row) =>
        row.state === 'resolved' ? row.resolution : mayReconcile ? <ResolveForm difference={row} refused={refused} /> : null,
    },
  ]
  return (
    <>
      <PageHeader
        title="Reconciliation"
        description="Every object of the payment provider against ours, each hour and when asked. A difference is never mended silently."
        actions={
          mayReconcile ? (
            <ActionForm intent="start">
              <Submit busy="Asking…">Compare now</Submit>
            </ActionForm>
          ) : undefined
        }
      />
      <FinanceTabs current="reconciliation" />
      <Card title="Comparisons" className="mb-4" flush>
        {runs.length === 0 ? (
          <EmptyState title="None yet">The first one comes with the next hour.</EmptyState>
        ) : (
          <ul className="divide-y divide-line">
            {runs.map((run) => (
              <li key={run.id} className="flex flex-wrap items-center justify-between gap-3 px-4 py-2 text-sm">
                <span>
                  <TimeText at={run.createdAt} /> {run.askedBy ? `by ${run.askedBy.name}` : 'by the clock'}
                  {run.error ? <span className="block text-xs text-bad-ink">{run.error}</span> : null}
                </span>
                <span className="flex items-center gap-2">
                  {run.compared.toLocaleString('en-GB')} compared
                  <Badge tone={run.differences === 0 ? 'good' : 'bad'}>{`${run.differences} different`}</Badge>
                  <StatusBadge tone={TONES[run.state]} label={words(run.state)} />
                </span>
              </li>
            ))}
          </ul>
        )}
      </Card>
      <div className="mb-3">
        <FilterBar
          filters={[
            {
              name: 'state',
              label: 'Status',
              any: 'Open and settled',
              options: [
                { value: 'open', label: 'Open' },
                { value: 'resolved', label: 'Settled' },
              ],
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="No differences">Ours and the provider’s agree.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Differences" columns={columns} rows={page.items} rowKey={(row) => row.id} />
      </ListPanel>
    </>
  )
}
