import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { BookingSheet } from '../../features/booking-sheet.tsx'
import { refOf } from '../../features/handle.ts'
import { paths } from '../../paths.ts'
import { idParam, screen } from '../../screen.server.ts'
import { LinkButton } from '../../ui/button.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { PrintButton } from '../../ui/print-button.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [{ title: `${data?.booking.ref ?? 'Booking'}, to print · Virel` }]
export const handle = {
  crumbs: (data: unknown) => [
    { label: 'Bookings', to: paths.bookings.list() },
    { label: refOf(data, 'booking') },
    { label: 'Print' },
  ],
}

/** What goes on paper leaves the house: what is only for the agency is on the sheet when it is asked for. */
export const loader = screen(async ({ api, params, url, may, user }) => {
  const id = idParam(params)
  const withNotes = url.searchParams.get('notes') === 'yes'
  const withTimeline = url.searchParams.get('timeline') === 'yes'
  const [booking, payments, timeline] = await Promise.all([
    api.bookings.get({ id }),
    may('payments.record')
      ? api.payments.ofBooking({ bookingId: id, limit: 50 })
      : may('payments.read')
        ? api.payments.list({ bookingId: id, limit: 50 })
        : null,
    withTimeline ? api.bookings.timeline({ id }) : null,
  ])
  return {
    booking: { ...booking, internalNotes: withNotes ? booking.internalNotes : '' },
    hasNotes: booking.internalNotes !== '',
    payments: payments?.items ?? null,
    timeline: timeline?.items ?? null,
    withNotes,
    printedAt: new Date().toISOString(),
    printedBy: user?.name ?? '',
  }
})

export default function PrintBooking() {
  const { booking, hasNotes, payments, timeline, withNotes, printedAt, printedBy } = useLoaderData<typeof loader>()
  const to = (choice: { notes: boolean; timeline: boolean }) =>
    paths.bookings.print(booking.id, {
      notes: choice.notes ? 'yes' : undefined,
      timeline: choice.timeline ? 'yes' : undefined,
    })
  const withTimeline = timeline !== null
  return (
    <>
      <div className="no-print">
        <PageHeader
          title={`${booking.ref}, to print`}
          description="What is only for the agency is left out unless you put it on."
          actions={
            <>
              {hasNotes ? (
                <LinkButton to={to({ notes: !withNotes, timeline: withTimeline })} replace>
                  {withNotes ? 'Without internal notes' : 'With internal notes'}
                </LinkButton>
              ) : null}
              <LinkButton to={to({ notes: withNotes, timeline: !withTimeline })} replace>
                {withTimeline ? 'Without timeline' : 'With timeline'}
              </LinkButton>
              <LinkButton to={paths.bookings.detail(booking.id)}>Back</LinkButton>
              <PrintButton />
            </>
          }
        />
      </div>
      <BookingSheet booking={booking} payments={payments} timeline={timeline} printedAt={printedAt} printedBy={printedBy} />
    </>
  )
}
