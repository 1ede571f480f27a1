import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { KeyStatus } from '../../features/key-status.tsx'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'API keys · Virel' }]
export const handle = { crumbs: () => [{ label: 'API keys' }] }

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.apiKeys.list>[0]>>(url, ['status', 'q', 'responsibleId'])
  return { page: await api.apiKeys.list(query), sort: query.sort ?? '-createdAt' }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  { key: 'name', header: 'Key', lead: true, cell: (row) => <RowLink to={paths.apiKeys.detail(row.id)}>{row.name}</RowLink> },
  { key: 'prefix', header: 'Begins with', cell: (row) => <code className="text-xs">vk_{row.prefix}_</code> },
  { key: 'status', header: 'Status', cell: (row) => <KeyStatus apiKey={row} /> },
  { key: 'may', header: 'May', cell: (row) => `${row.permissions.length} ${row.permissions.length === 1 ? 'thing' : 'things'}` },
  { key: 'who', header: 'Answers for it', cell: (row) => row.responsible?.name ?? <span className="text-muted">Nobody</span> },
  {
    key: 'used',
    header: 'Last used',
    cell: (row) => (row.lastUsedAt ? <TimeText at={row.lastUsedAt} /> : <span className="text-muted">Never</span>),
  },
  {
    key: 'ends',
    header: 'Expires',
    cell: (row) => (row.expiresAt ? <TimeText at={row.expiresAt} form="date" /> : <span className="text-muted">Never</span>),
  },
  { key: 'made', header: 'Made', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} form="date" /> },
]

export default function ApiKeys() {
  const { page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="API keys"
        description="How partners and programs reach the API. A key may do no more than the person who answers for it."
        actions={
          <LinkButton to={paths.apiKeys.new()} tone="primary">
            New key
          </LinkButton>
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Name or beginning"
          keep={['responsibleId']}
          filters={[
            {
              name: 'status',
              label: 'Status',
              any: 'Any status',
              options: [
                { value: 'active', label: 'Active' },
                { value: 'expired', label: 'Expired' },
                { value: 'revoked', label: 'Revoked' },
              ],
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No keys here" action={<LinkButton to={paths.apiKeys.new()}>New key</LinkButton>}>
              Nothing matches these filters.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="API keys" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
