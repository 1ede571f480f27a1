import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { Ahead } from '../../features/dashboard/ahead.tsx'
import { Incoming } from '../../features/dashboard/incoming.tsx'
import { UnderWay } from '../../features/dashboard/under-way.tsx'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { startOfDay, todayIn } from '../../local-time.server.ts'
import { paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { TextLink } from '../../ui/button.tsx'
import { Card, ScrollArea, Stack } from '../../ui/card.tsx'
import { Figure, Figures } from '../../ui/figure.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { formatTime, TimeText } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'Dashboard · Virel' }]
export const handle = { crumbs: () => [{ label: 'Dashboard' }], live: ['*'] }

export const loader = screen(async ({ api, may, user }) => {
  const now = new Date()
  const today = todayIn(AGENCY_ZONE, now)
  const [figures, work, bookings, inquiries] = await Promise.all([
    api.dashboard.read({}),
    may('action_center.read') ? api.actionCenter.list({ limit: 1 }) : null,
    may('bookings.read')
      ? api.bookings.list({
          startFrom: startOfDay(today, AGENCY_ZONE),
          startTo: startOfDay(today, AGENCY_ZONE, 1),
          status: ['pending', 'deposit_required', 'confirmed', 'in_progress', 'completed'],
          sort: 'start',
          limit: 20,
        })
      : null,
    may('inquiries.read') ? api.inquiries.list({ status: ['new'], limit: 8 }) : null,
  ])
  return {
    name: user?.name ?? '',
    day: formatTime(now, AGENCY_ZONE, 'day'),
    counts: work?.counts ?? null,
    figures,
    bookings: bookings?.items ?? null,
    inquiries: inquiries?.items ?? null,
  }
})

type Data = ReturnType<typeof useLoaderData<typeof loader>>

function Hours({ from, to, zone }: { from: string; to: string; zone: string }) {
  return (
    <>
      <TimeText at={from} zone={zone} form="time" />–<TimeText at={to} zone={zone} form="time" />
    </>
  )
}

const BOOKINGS: readonly Column<NonNullable<Data['bookings']>[number]>[] = [
  { key: 'when', header: 'When', cell: (row) => <Hours from={row.start} to={row.end} zone={row.place.zone} /> },
  { key: 'ref', header: 'Booking', lead: true, cell: (row) => <RowLink to={paths.bookings.detail(row.id)}>{row.ref}</RowLink> },
  { key: 'model', header: 'Model', cell: (row) => row.model.name },
  { key: 'client', header: 'Client', cell: (row) => row.client.name },
  // Beside the other column there is room for it on wide screens only.
  { key: 'place', header: 'Place', className: 'xl:max-[90rem]:hidden', cell: (row) => row.place.title },
  { key: 'status', header: 'Status', cell: (row) => <EntityStatus status={row.status} /> },
]

export default function Dashboard() {
  const { name, day, counts, figures, bookings, inquiries } = useLoaderData<typeof loader>()
  const late = figures.tasksLate
  return (
    <>
      <PageHeader
        title={`Good to see you, ${name.split(' ')[0]}`}
        description={`${day}. What needs a person, and what happens today.`}
      />
      <Stack>
        {counts ? (
          <Figures label="What needs a person" of={late ? 4 : 3}>
            <Figure
              to={paths.actionCenter({ group: 'urgent' })}
              name="Urgent"
              value={counts.urgent}
              tone={counts.urgent > 0 ? 'bad' : undefined}
            />
            <Figure
              to={paths.actionCenter({ group: 'high' })}
              name="High"
              value={counts.high}
              tone={counts.high > 0 ? 'warn' : undefined}
            />
            <Figure to={paths.actionCenter({ group: 'normal' })} name="Normal" value={counts.normal} />
            {late ? (
              <Figure
                to={paths.tasks.list({ slaBreached: 'true' })}
                name="Tasks past their deadline"
                value={`${late.count}${late.more ? '+' : ''}`}
                tone={late.count > 0 ? 'bad' : undefined}
              />
            ) : null}
          </Figures>
        ) : null}
        <Incoming figures={figures} />
        <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
          <Stack>
            <Ahead figures={figures} />
            {bookings ? <BookingsToday bookings={bookings} /> : null}
            {counts || bookings ? null : (
              <Card>
                <EmptyState title="Welcome to Virel">Choose what you work on in the navigation.</EmptyState>
              </Card>
            )}
          </Stack>
          <Stack>
            {inquiries ? <NewInquiries inquiries={inquiries} /> : null}
            <UnderWay figures={figures} />
          </Stack>
        </div>
      </Stack>
    </>
  )
}

function BookingsToday({ bookings }: { bookings: NonNullable<Data['bookings']> }) {
  return (
    <Card
      title="Bookings today"
      flush
      actions={
        <TextLink to={paths.bookings.list()} className="text-sm">
          All bookings
        </TextLink>
      }
    >
      {bookings.length > 0 ? (
        <ScrollArea label="Bookings today, the table">
          <Table caption="Bookings today" columns={BOOKINGS} rows={bookings} rowKey={(row) => row.id} />
        </ScrollArea>
      ) : (
        <EmptyState title="Nothing is booked for today" />
      )}
    </Card>
  )
}

function NewInquiries({ inquiries }: { inquiries: NonNullable<Data['inquiries']> }) {
  return (
    <Card
      title="New inquiries"
      flush
      actions={
        <TextLink to={paths.inquiries.list({ status: 'new' })} className="text-sm">
          All new
        </TextLink>
      }
    >
      {inquiries.length > 0 ? (
        <ul className="divide-y divide-line border-t border-line">
          {inquiries.map((inquiry) => (
            <li key={inquiry.id} data-row className="px-4 py-2 text-sm">
              <p className="flex items-baseline justify-between gap-2">
                <RowLink to={paths.inquiries.detail(inquiry.id)}>{inquiry.ref}</RowLink>
                <span className="text-xs text-muted">
                  <TimeText at={inquiry.createdAt} />
                </span>
              </p>
              <p className="truncate">
                {inquiry.client.name}
                {inquiry.subject ? <span className="text-muted"> · {inquiry.subject}</span> : null}
              </p>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState title="All are answered">New inquiries appear here by themselves.</EmptyState>
      )}
    </Card>
  )
}
