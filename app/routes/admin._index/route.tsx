import type { MetaFunction } from '@remix-run/node'
import { Link, useLoaderData } from '@remix-run/react'
import { AGENCY_ZONE } from '../../features/places.server.ts'
import { EntityStatus } from '../../features/status-badge.tsx'
import { startOfDay, todayIn } from '../../local-time.server.ts'
import { entityListPath, paths } from '../../paths.ts'
import { screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { TextLink } from '../../ui/button.tsx'
import { Card, ScrollArea } from '../../ui/card.tsx'
import { classNames } from '../../ui/class-names.ts'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { type Column, RowLink, Table } from '../../ui/table.tsx'
import { formatTime, TimeText } from '../../ui/time.tsx'

export const meta: MetaFunction = () => [{ title: 'Dashboard · Virel' }]
export const handle = { crumbs: () => [{ label: 'Dashboard' }], live: ['*'] }

/** Pipelines shown as numbers: the states in which something still has to happen. */
const OPEN_STATES = {
  inquiry: ['new', 'qualified', 'awaiting_client', 'awaiting_deposit'],
  booking: ['draft', 'pending', 'deposit_required', 'confirmed', 'in_progress'],
}

export const loader = screen(async ({ api, may, user }) => {
  const now = new Date()
  const today = todayIn(AGENCY_ZONE, now)
  const [work, late, lifecycles, bookings, inquiries] = await Promise.all([
    may('action_center.read') ? api.actionCenter.list({ limit: 1 }) : null,
    may('tasks.read') ? api.tasks.list({ slaBreached: true, limit: 200 }) : null,
    may('lifecycles.read') ? api.lifecycles.list({}) : null,
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
  const pipeline = (lifecycles?.items ?? []).flatMap(({ noun, states }) => {
    const shown = noun === 'inquiry' ? OPEN_STATES.inquiry : noun === 'booking' ? OPEN_STATES.booking : []
    return shown.length > 0
      ? [{ noun, states: states.filter((state) => shown.includes(state.name)).map(({ name, count }) => ({ name, count })) }]
      : []
  })
  return {
    name: user?.name ?? '',
    day: formatTime(now, AGENCY_ZONE, 'day'),
    counts: work?.counts ?? null,
    late: late ? { count: late.items.length, more: late.nextCursor !== null } : null,
    pipeline,
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
  const { name, day, counts, late, pipeline, bookings, inquiries } = useLoaderData<typeof loader>()
  return (
    <>
      <PageHeader
        title={`Good to see you, ${name.split(' ')[0]}`}
        description={`${day}. What needs a person, and what happens today.`}
      />
      {counts ? (
        <ul className="mb-4 grid grid-cols-2 gap-3 lg:grid-cols-4">
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
              value={late.count}
              more={late.more}
              tone={late.count > 0 ? 'bad' : undefined}
            />
          ) : null}
        </ul>
      ) : null}
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="flex min-w-0 flex-col gap-4">
          {bookings ? (
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
                <ScrollArea label="Bookings today">
                  <Table caption="Bookings today" columns={BOOKINGS} rows={bookings} rowKey={(row) => row.id} />
                </ScrollArea>
              ) : (
                <EmptyState title="Nothing is booked for today" />
              )}
            </Card>
          ) : null}
          {counts || bookings ? null : (
            <Card>
              <EmptyState title="Welcome to Virel">Choose what you work on in the navigation.</EmptyState>
            </Card>
          )}
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          {inquiries ? (
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
          ) : null}
          {pipeline.map(({ noun, states }) => (
            <Card key={noun} title={noun === 'inquiry' ? 'Inquiries under way' : 'Bookings under way'}>
              <ul className="flex flex-col gap-1">
                {states.map((state) => (
                  <li key={state.name}>
                    <Link
                      to={entityListPath(noun, state.name) ?? paths.admin()}
                      className="flex items-center justify-between gap-3 rounded-md py-0.5 text-sm hover:text-link"
                    >
                      <span>{words(state.name)}</span>
                      <span className="font-semibold">{state.count.toLocaleString('en-GB')}</span>
                    </Link>
                  </li>
                ))}
              </ul>
            </Card>
          ))}
        </div>
      </div>
    </>
  )
}

function Figure({
  to,
  name,
  value,
  more,
  tone,
}: {
  to: string
  name: string
  value: number
  more?: boolean
  tone?: 'bad' | 'warn'
}) {
  return (
    <li className="contents">
      <Link to={to} className="block rounded-lg border border-line bg-surface px-4 py-3 shadow-card hover:border-line-strong">
        <span className="block text-sm text-muted">{name}</span>
        <span
          className={classNames(
            'block text-2xl font-semibold',
            tone === 'bad' ? 'text-bad-ink' : tone === 'warn' ? 'text-warn-ink' : undefined,
          )}
        >
          {value}
          {more ? '+' : ''}
        </span>
      </Link>
    </li>
  )
}
