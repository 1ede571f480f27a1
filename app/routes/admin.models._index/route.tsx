import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { VISIBILITIES } from '../../features/model-options.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { MODEL_STATUSES, optionsOf } from '../../features/statuses.ts'
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

export const meta: MetaFunction = () => [{ title: 'Models · Virel' }]
export const handle = { crumbs: () => [{ label: 'Models' }], live: ['model'] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<Parameters<typeof api.models.list>[0]>(url, [
    'status',
    'visibility',
    'location',
    'category',
    'service',
    'q',
  ])
  const [page, locations, services] = await Promise.all([
    api.models.list(query),
    api.catalogue.locations({}),
    api.catalogue.services({}),
  ])
  return {
    page,
    sort: query.sort ?? 'name',
    places: locations.items.map(({ slug, title }) => ({ value: slug, label: title })),
    categories: services.items.map(({ code, name }) => ({ value: code, label: name })),
    mayWrite: may('models.write'),
    seesRating: may('models.read_internal'),
  }
})

type Row = ReturnType<typeof useLoaderData<typeof loader>>['page']['items'][number]

const COLUMNS: readonly Column<Row>[] = [
  {
    key: 'name',
    header: 'Model',
    sort: 'name',
    lead: true,
    cell: (row) => <RowLink to={paths.models.detail(row.id)}>{row.name}</RowLink>,
  },
  { key: 'code', header: 'Code', cell: (row) => <span className="text-muted">{row.publicCode}</span> },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
  { key: 'place', header: 'Based at', cell: (row) => row.primaryLocation.title },
  { key: 'visibility', header: 'Visibility', cell: (row) => words(row.visibility) },
  { key: 'since', header: 'Since', sort: 'createdAt', cell: (row) => <TimeText at={row.createdAt} form="date" /> },
]
const RATING: Column<Row> = {
  key: 'rating',
  header: 'Rating',
  sort: 'internalRating',
  end: true,
  cell: (row) => (row.internalRating === null ? null : row.internalRating.toFixed(1)),
}

export default function Models() {
  const { page, sort, places, categories, mayWrite, seesRating } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title="Models"
        actions={
          mayWrite ? (
            <LinkButton to={paths.models.new()} tone="primary">
              New model
            </LinkButton>
          ) : null
        }
      />
      <div className="mb-3">
        <FilterBar
          search="Name or code"
          keep={['service']}
          filters={[
            { name: 'status', label: 'Status', any: 'Any status', options: optionsOf(MODEL_STATUSES) },
            { name: 'visibility', label: 'Visibility', any: 'Any visibility', options: optionsOf(VISIBILITIES) },
            { name: 'location', label: 'Place', any: 'Any place', options: places },
            { name: 'category', label: 'Offers', any: 'Any service', options: categories },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? <EmptyState title="No models here">Nobody matches these filters.</EmptyState> : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table
          caption="Models"
          columns={seesRating ? [...COLUMNS, RATING] : COLUMNS}
          rows={page.items}
          rowKey={(row) => row.id}
          sort={sort}
        />
      </ListPanel>
    </>
  )
}
