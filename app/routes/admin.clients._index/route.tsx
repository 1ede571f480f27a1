import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ClientTags } from '../../features/contact.tsx'
import { ExportButton } from '../../features/export-button.tsx'
import { exportFilters } from '../../features/export-filters.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Clients · Virel' }]
export const handle = { crumbs: () => [{ label: 'Clients' }], live: ['client'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.clients.list>[0]>(url, ['tag', 'q'])
  return {
    page: await api.clients.list(query),
    sort: query.sort ?? '-createdAt',
    mayWrite: may('clients.write'),
    exporting: exportFilters(may, query),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    header: 'Client',
    sort: 'name',
    lead: true,
    cell: (row) => <RowLink to={paths.clients.detail(row.id)}>{row.name}</RowLink>,
  },
  { key: 'ref', header: 'Ref', cell: (row) => <span className="text-muted">{row.ref}</span> },
  { key: 'tags', header: 'Tags', cell: (row) => (row.tags.length > 0 ? <ClientTags tags={row.tags} /> : null) },
  { key: 'phone', header: 'Phone', cell: (row) => row.phone },
  { key: 'email', header: 'Email', cell: (row) => row.email },
  { key: 'channel', header: 'Prefers', cell: (row) => words(row.preferredChannel) },
  { key: 'since', header: 'Known since', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} form="date" /> },
]

export default function Clients() {
  const { page, sort, mayWrite, exporting } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Clients"
        actions={
          <>
            {exporting ? <ExportButton kind="clients" filters={exporting} /> : null}
            {mayWrite ? (
              <LinkButton to={paths.clients.new()} tone="primary">
                New client
              </LinkButton>
            ) : null}
          </>
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Name, ref, email or phone"
          filters={[
            {
              name: 'tag',
              label: 'Tag',
              any: 'Any tag',
              options: ['vip', 'regular', 'blacklist'].map((tag) => ({ value: tag, label: words(tag) })),
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No clients here">
              Nobody matches. Clients are made by themselves when an inquiry arrives.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Clients" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
