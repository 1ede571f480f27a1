import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { ListFilter } from 'lucide-react'
import { HowBadge, type Look, Opened } from '../../features/looks.tsx'
import { peopleToAssign } from '../../features/people.server.ts'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { startOfDay } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { listQuery, screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { FilterBar, ListPanel, Pager } from '../../ui/list.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, Table } from '../../ui/table.tsx'
import { TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Personal data · Virel' }]
export const handle = { crumbs: () => [{ label: 'Personal data' }] }

export const loader = screen(async ({ api, url, may }) => {
  const query = listQuery<NonNullable<Parameters<typeof api.personalData.looks>[0]>>(url, ['actorId', 'clientId', 'how'])
  const day = { from: url.searchParams.get('from'), to: url.searchParams.get('to') }
  const from = day.from ? startOfDay(day.from, AGENCY_ZONE) : undefined
  const to = day.to ? startOfDay(day.to, AGENCY_ZONE, 1) : undefined
  const [page, people] = await Promise.all([
    api.personalData.looks({ ...query, ...(from ? { from } : {}), ...(to ? { to } : {}) }),
    peopleToAssign(api, may),
  ])
  return { page, people: people ?? [], sort: query.sort ?? '-at', seesClients: may('clients.read') }
})

export default function PersonalData() {
  const { page, people, sort, seesClients } = useLoaderData<typeof loader>()
  const columns: readonly Column<Look>[] = [
    { key: 'at', header: 'When', sort: 'at', lead: true, cell: (look) => <TimeText at={look.at} /> },
    {
      key: 'who',
      header: 'Who',
      cell: (look) =>
        look.who.id ? <TextLink to={paths.personalData({ actorId: look.who.id })}>{look.who.name}</TextLink> : look.who.name,
    },
    { key: 'how', header: 'How', cell: (look) => <HowBadge how={look.how} /> },
    {
      key: 'whom',
      header: 'Whom',
      cell: (look) => (
        <span>
          {seesClients ? <TextLink to={paths.clients.detail(look.client.id)}>{look.client.name}</TextLink> : look.client.name}{' '}
          <span className="text-muted">{look.client.ref}</span>{' '}
          <TextLink to={paths.personalData({ clientId: look.client.id })} className="text-xs">
            <ListFilter aria-hidden="true" className="inline size-3.5" />
            <span className="sr-only">Only {look.client.ref}</span>
          </TextLink>
        </span>
      ),
    },
    { key: 'where', header: 'From', cell: (look) => <Opened look={look} /> },
    { key: 'why', header: 'Why', className: 'wrap max-w-md', cell: (look) => look.reason },
  ]
  return (
    <>
      <PageHeader
        title="Personal data"
        description="Who saw which client’s contact in full, and why. Looking again within a quarter of an hour is one look."
      />
      <div className="mb-3">
        <FilterBar
          keep={['clientId']}
          filters={[
            {
              name: 'actorId',
              label: 'Who',
              any: 'Anyone',
              options: people.map(({ id, name }) => ({ value: id, label: name })),
            },
            {
              name: 'how',
              label: 'How',
              any: 'Any way',
              options: [
                { value: 'viewed', label: 'Saw it' },
                { value: 'revealed', label: 'Revealed' },
                { value: 'exported', label: 'Exported' },
              ],
            },
            { name: 'from', label: 'From', kind: 'date' },
            { name: 'to', label: 'to', kind: 'date' },
          ]}
        />
      </div>
      <ListPanel
        empty={
          page.items.length === 0 ? (
            <EmptyState title="Nobody looked">No contact was seen in full that matches these filters.</EmptyState>
          ) : undefined
        }
        pager={<Pager next={page.nextCursor} previous={page.prevCursor} shown={page.items.length} />}
      >
        <Table caption="Who looked at whom" columns={columns} rows={page.items} rowKey={(look) => look.id} sort={sort} />
      </ListPanel>
    </>
  )
}
