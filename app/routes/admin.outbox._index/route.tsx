import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { MESSAGE_KINDS, MessageState, OutboxNote } from '../../features/outgoing-message.tsx'
import { optionsOf } from '../../features/statuses.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Outbox · Virel' }]
export const handle = { crumbs: () => [{ label: 'Outbox' }] }

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<Parameters<typeof api.messages.list>[0]>(url, ['kind', 'state'])
  return { page: await api.messages.list(query), sort: query.sort ?? '-createdAt' }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'subject',
    header: 'Subject',
    lead: true,
    className: 'wrap min-w-48',
    cell: (row) => <RowLink to={paths.outbox.detail(row.id)}>{row.subject}</RowLink>,
  },
  { key: 'recipient', header: 'To', cell: (row) => row.recipient },
  { key: 'kind', header: 'About', cell: (row) => words(row.kind) },
  { key: 'state', header: 'Status', cell: (row) => <MessageState state={row.state} /> },
  { key: 'made', header: 'Written', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
  { key: 'expires', header: 'Link works until', cell: (row) => <TimeText at={row.expiresAt} /> },
]

export default function Outbox() {
  const { page, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader title="Outbox" description="Messages to people of the agency, with the links that let them in." />
      <OutboxNote />
      <div className="mb-3">
        <FilterBar
          filters={[
            { name: 'kind', label: 'About', any: 'About anything', options: optionsOf(MESSAGE_KINDS) },
            { name: 'state', label: 'Status', any: 'Any status', options: optionsOf(['waiting', 'withdrawn', 'expired']) },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No messages here">Invitations and password resets appear here when they are made.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Messages" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
