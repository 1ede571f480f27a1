import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { EntityStatus } from '../../features/status-badge.tsx'
import { optionsOf } from '../../features/statuses.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { Badge, words } from '../../ui/badge.tsx'
import { Card } from '../../ui/card.tsx'
import { BarChart } from '../../ui/chart.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { Period, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Unmet demand · Virel' }]
export const handle = { crumbs: () => [{ label: 'Unmet demand' }], live: ['inquiry'] }

/** What stood in the way, as the owner reads it. */
const WHY: Record<string, string> = {
  place: 'Nobody works there',
  services: 'Nobody offers it there',
  time: 'All were taken',
  hours: 'Nobody is offered at that hour',
  price: 'No rate for that long',
  blacklist: 'The client is refused',
  not_looked: 'Nobody looked',
}
const CONSTRAINTS = ['place', 'services', 'time', 'hours', 'price', 'not_looked'] as const

export const loader = screen(async ({ api, url }) => {
  const query = listQuery<Parameters<typeof api.inquiries.unmetDemand>[0]>(url, ['constraint', 'location', 'from', 'to'])
  return { report: await api.inquiries.unmetDemand(query), sort: query.sort ?? '-notedAt' }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['report']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'inquiry',
    header: 'Inquiry',
    lead: true,
    cell: (row) => (
      <span className="flex items-center gap-2">
        <RowLink to={paths.inquiries.detail(row.inquiry.id)}>{row.inquiry.ref}</RowLink>
        <EntityStatus status={row.inquiry.status} />
      </span>
    ),
  },
  {
    key: 'why',
    header: 'What stood in the way',
    cell: (row) => <Badge tone="warn">{WHY[row.constraint] ?? words(row.constraint)}</Badge>,
  },
  { key: 'detail', header: 'In numbers', className: 'wrap min-w-56 max-w-md', cell: (row) => row.detail },
  { key: 'place', header: 'Place', cell: (row) => row.place ?? <span className="text-muted">Any</span> },
  {
    key: 'when',
    header: 'Wished for',
    cell: (row) =>
      row.from && row.to ? (
        <Period from={row.from} to={row.to} zone={row.zone ?? undefined} />
      ) : (
        <span className="text-muted">Any time</span>
      ),
  },
  { key: 'services', header: 'Services', className: 'wrap', cell: (row) => row.services.join(', ') },
  { key: 'noted', header: 'Noted', sort: 'notedAt', cell: (row) => <TimeText at={row.notedAt} /> },
]

export default function UnmetDemand() {
  const { report, sort } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Unmet demand"
        description={`${report.total} ${report.total === 1 ? 'inquiry' : 'inquiries'} that nobody fitted, with what stood in the way.`}
      />
      {report.total > 0 ? (
        <div className="mb-4 grid items-start gap-4 lg:grid-cols-3">
          <Card title="What stood in the way">
            <BarChart
              caption="Unmet inquiries by what stood in the way"
              bars={report.byConstraint.map((one) => ({
                label: WHY[one.constraint] ?? words(one.constraint),
                value: one.count,
                to: paths.unmetDemand({ constraint: one.constraint }),
              }))}
            />
          </Card>
          <Card title="Where">
            <BarChart
              caption="Unmet inquiries by place"
              bars={report.byPlace.map((one) => ({
                label: one.title,
                value: one.count,
                to: paths.unmetDemand({ location: one.slug }),
              }))}
            />
          </Card>
          <Card title="Services wished for">
            <BarChart
              caption="Unmet inquiries by service"
              bars={report.byService.map((one) => ({ label: one.name, value: one.count }))}
            />
          </Card>
        </div>
      ) : null}
      <div className="mb-3">
        <FilterBar
          keep={['location', 'from', 'to']}
          filters={[
            {
              name: 'constraint',
              label: 'What stood in the way',
              any: 'Anything',
              options: optionsOf(CONSTRAINTS).map((option) => ({ ...option, label: WHY[option.value] ?? option.label })),
            },
          ]}
        />
      </div>
      <ListPanel
        empty={
          report.items.length === 0 ? (
            <EmptyState title="Nothing went unmet">
              Whoever asked found somebody, or matches have not been looked for yet.
            </EmptyState>
          ) : undefined
        }
        pager={<Pager next={report.nextCursor} previous={report.prevCursor} shown={report.items.length} />}
      >
        <Table caption="Unmet demand" columns={COLUMNS} rows={report.items} rowKey={(row) => row.inquiry.id} sort={sort} />
      </ListPanel>
    </>
  )
}
