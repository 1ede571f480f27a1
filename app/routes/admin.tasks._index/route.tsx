import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EntityRef } from '../../features/entity-ref.tsx'
import { EntityStatus, Urgency } from '../../features/status-badge.tsx'
import { optionsOf, PRIORITIES, TASK_STATUSES, WHOSE } from '../../features/statuses.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Countdown } from '../../ui/countdown.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Tasks · Virel' }]
export const handle = { crumbs: () => [{ label: 'Tasks' }], live: ['task'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.tasks.list>[0]>(url, [
    'status',
    'priority',
    'type',
    'assignedTo',
    'slaBreached',
    'q',
  ])
  return { page: await api.tasks.list(query), sort: query.sort ?? '-createdAt', mayWrite: may('tasks.write') }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'subject',
    header: 'Task',
    lead: true,
    className: 'wrap min-w-56 max-w-md',
    cell: (row) => (
      <span>
        <RowLink to={paths.tasks.detail(row.id)}>{row.subject}</RowLink> <span className="text-muted">{row.ref}</span>
      </span>
    ),
  },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'priority', header: 'Priority', cell: (row) => <Urgency level={row.priority} /> },
  { key: 'type', header: 'Type', cell: (row) => words(row.type) },
  { key: 'about', header: 'About', cell: (row) => (row.entity ? <EntityRef entity={row.entity} /> : null) },
  { key: 'client', header: 'Client', cell: (row) => row.client?.name },
  {
    key: 'deadline',
    header: 'Time left',
    cell: (row) => (row.slaDeadlineAt && row.completedAt === null ? <Countdown until={row.slaDeadlineAt} /> : null),
  },
  { key: 'made', header: 'Made', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} /> },
  { key: 'assignee', header: 'With', cell: (row) => row.assignee?.name ?? <span className="text-muted">Nobody</span> },
]

export default function Tasks() {
  const { page, sort, mayWrite } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Tasks"
        actions={
          mayWrite ? (
            <LinkButton to={paths.tasks.new()} tone="primary">
              New task
            </LinkButton>
          ) : null
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Ref or words"
          keep={['type']}
          filters={[
            { name: 'status', label: 'Status', any: 'Any status', options: optionsOf(TASK_STATUSES) },
            { name: 'priority', label: 'Priority', any: 'Any priority', options: optionsOf(PRIORITIES) },
            { name: 'assignedTo', label: 'With', any: 'Anyone’s', options: WHOSE },
            { name: 'slaBreached', label: 'Deadline', any: 'Late or not', options: [{ value: 'true', label: 'Late' }] },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="No tasks here">Nothing matches these filters. Tasks are made by rules and by people.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Tasks" columns={COLUMNS} rows={page.items} rowKey={(row) => row.id} sort={sort} />
      </ListPanel>
    </>
  )
}
