import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { useProgress } from '../../features/use-progress.ts'
import { useRefused } from '../../features/use-refused.ts'
import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import { actions, listQuery, screen } from '../../screen.server.ts'
import { StatusBadge, words } from '../../ui/badge.tsx'
import { ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { ProblemNote } from '../../ui/problem-note.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Exports · Virel' }]
export const handle = { crumbs: () => [{ label: 'Exports' }] }

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.exports.list>[0]>>(url, [])
  return { page: await api.exports.list(query), sort: query.sort ?? '-createdAt' }
})

const KINDS = ['bookings', 'clients', 'inquiries', 'payments', 'ledger', 'payouts', 'statement'] as const

/** The filters a list gave along; the procedure parses them. */
function readFilters(form: FormReader): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(form.text('filters'))
    if (typeof value === 'object' && value !== null) return { ...value }
  } catch {
    // Not ours: refused below.
  }
  form.refuse('filters', 'These filters could not be read. Go back to the list.')
  return {}
}

export const action = actions({
  make: async (form, { api }) => {
    const filters = readFilters(form)
    const kind = form.pick('kind', KINDS) ?? 'bookings'
    const format = form.pick('format', ['csv', 'xlsx']) ?? 'csv'
    form.check()
    await api.exports.make({ kind, format, filters } as Parameters<typeof api.exports.make>[0])
    return { to: paths.exports(), say: 'The file is being made. It can be fetched here for a day.' }
  },
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const LOOK = {
  waiting: { tone: 'info', label: 'Waiting' },
  running: { tone: 'info', label: 'Being made' },
  done: { tone: 'good', label: 'Ready' },
  failed: { tone: 'bad', label: 'Failed' },
  removed: { tone: 'neutral', label: 'Removed' },
} as const

function sizeText(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

const COLUMNS: readonly Column<Row>[] = [
  { key: 'what', header: 'List', lead: true, cell: (row) => <span className="font-medium">{words(row.kind)}</span> },
  { key: 'format', header: 'Format', cell: (row) => (row.format === 'csv' ? 'CSV' : 'Excel') },
  { key: 'state', header: 'Status', cell: (row) => <StatusBadge {...LOOK[row.state]} /> },
  { key: 'rows', header: 'Rows', end: true, cell: (row) => row.rows.toLocaleString('en-GB') },
  { key: 'asked', header: 'Asked for', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
  { key: 'until', header: 'Until', cell: (row) => (row.state === 'done' ? <TimeText at={row.expiresAt} /> : null) },
  {
    key: 'file',
    header: 'File',
    className: 'wrap',
    cell: (row) => {
      if (row.state === 'failed') return <span className="text-bad-ink">{row.error}</span>
      if (row.state !== 'done') return null
      return (
        <a href={paths.exportFile(row.id)} download className="link font-medium">
          Download{row.bytes ? ` (${sizeText(row.bytes)})` : ''}
        </a>
      )
    },
  },
]

export default function Exports() {
  const { page, sort } = useLoaderData<typeof loader>()
  const refused = useRefused()
  useProgress(page.items.some((row) => row.state === 'waiting' || row.state === 'running'))
  return (
    <>
      <PageHeader title="Exports" description="Files you made of lists. Only you can fetch them, for a day." />
      {refused ? (
        <div className="mb-4">
          <ProblemNote problem={refused.problem} />
        </div>
      ) : null}
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No files yet">Bookings, clients, inquiries and payments have an Export button.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Exports" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
