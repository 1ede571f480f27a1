import type { MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { refOf } from '../../features/handle.ts'
import { MatchList } from '../../features/matching/match-list.tsx'
import { NearMisses } from '../../features/matching/near-misses.tsx'
import { placesOf, servicesOf, zoneOf } from '../../features/places.server.ts'
import { ServicesChoice } from '../../features/services-choice.tsx'
import { CALL_TYPES, optionsOf } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, idParam, screen } from '../../screen.server.ts'
import { Button, LinkButton } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Checkbox, Field, FieldRow, FormProblem, Input, Select, Submit, Textarea } from '../../ui/form.tsx'
import { moneyText } from '../../ui/money.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { inputTime } from '../../ui/time.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction<typeof loader> = ({ data }) => [
  { title: `${data?.bookOnly ? 'Book again' : 'Propose'} for ${data?.inquiry.ref ?? ''} · Virel` },
]
export const handle = {
  crumbs: (data: unknown) => [
    { label: 'Inquiries', to: paths.inquiries.list() },
    { label: refOf(data, 'inquiry'), to: crumbTo(data) },
    { label: isBookOnly(data) ? 'Book again' : 'Propose' },
  ],
}

function isBookOnly(data: unknown): boolean {
  return (data as { bookOnly?: boolean } | undefined)?.bookOnly === true
}

function crumbTo(data: unknown): string {
  const id = (data as { inquiry?: { id?: string } } | undefined)?.inquiry?.id
  return id ? paths.inquiries.detail(id) : paths.inquiries.list()
}

export const loader = screen(async ({ api, params, may, need, url }) => {
  need('inquiries.write')
  const id = idParam(params)
  const inquiry = await api.inquiries.get({ id })
  const [matches, places, services] = await Promise.all([api.inquiries.match({ id }), placesOf(api), servicesOf(api)])
  return {
    inquiry,
    // The client has agreed already; there is nothing left to propose.
    bookOnly: inquiry.status === 'awaiting_deposit',
    matches: matches.items,
    nearMisses: matches.nearMisses,
    // One who nearly fits was picked: the form is filled with the change that makes her fit.
    picked: matches.nearMisses.find(({ model }) => model.id === url.searchParams.get('with')) ?? null,
    places,
    services,
    key: crypto.randomUUID(),
    mayBook: may('inquiries.transition'),
    mayWaive: may('bookings.waive_deposit'),
  }
})

export const action = actions({
  propose: async (form, { api, params }) => {
    const id = idParam(params)
    const location = form.optional('location')
    const zone = await zoneOf(api, location)
    const modelId = form.requiredText('modelId', 'Choose who is proposed.')
    const start = form.requiredTime('start', zone)
    const end = form.requiredTime('end', zone)
    const callType = form.pick('callType', CALL_TYPES) ?? 'incall'
    form.check()
    const wish = { id, modelId, start, end, callType, location, services: form.list('services') }
    if (form.text('then') === 'book') {
      const waiver = form.optional('waiver')
      const { booking, inquiry } = await api.inquiries.convertToBooking({
        ...wish,
        ...(waiver ? { waiver: { reason: waiver } } : {}),
      })
      const how = booking.status === 'confirmed' ? 'is confirmed' : 'holds the time until the deposit is paid'
      return {
        to: paths.bookings.detail(booking.id),
        say: `${booking.ref} ${how}; ${inquiry.ref} is ${inquiry.status.replaceAll('_', ' ')}.`,
      }
    }
    const { inquiry } = await api.inquiries.propose(wish)
    return {
      to: paths.inquiries.detail(id),
      say: `${inquiry.booking ? `Draft booking ${inquiry.booking.ref} made. ` : ''}${inquiry.ref} now awaits the client.`,
    }
  },
})

const OWN = ['modelId', 'start', 'end', 'callType', 'location', 'services', 'waiver']

export default function Propose() {
  const data = useLoaderData<typeof loader>()
  const { inquiry, matches, bookOnly, picked } = data
  const refused = useRefused()
  const zone = inquiry.place?.zone ?? 'Europe/London'
  const back = paths.inquiries.detail(inquiry.id)
  return (
    <>
      <PageHeader
        title={`${bookOnly ? 'Book again' : 'Propose'} for ${inquiry.ref}`}
        description={`Models who are active, work ${inquiry.place ? `at ${inquiry.place.title}` : 'for the agency'} and are free, best first.`}
      />
      {matches.length === 0 && !picked ? (
        <div className="flex flex-col gap-4">
          <Card>
            <EmptyState title="Nobody fits" action={<LinkButton to={back}>Back to {inquiry.ref}</LinkButton>}>
              No active model is free at that place and time and offers what is wished. What stood in the way is kept; change the
              wish with the client, then look again.
            </EmptyState>
          </Card>
          <NearMisses inquiryId={inquiry.id} nearMisses={data.nearMisses} />
        </div>
      ) : (
        <ActionForm key={picked?.model.id ?? 'all'} intent="propose" refused={refused} carry={{ _key: data.key }}>
          {bookOnly ? <input type="hidden" name="then" value="book" /> : null}
          <FormProblem className="mb-4" own={OWN} />
          <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
            <div className="flex min-w-0 flex-col gap-4">
              {picked ? (
                <Card title={`${picked.model.name}, with one change`}>
                  <p className="text-sm">{picked.change.text}.</p>
                  <Checkbox
                    type="radio"
                    name="modelId"
                    value={picked.model.id}
                    defaultChecked
                    label={`Propose ${picked.model.name}`}
                  />
                </Card>
              ) : null}
              {matches.length > 0 ? (
                <Card title="Matches" note="Score 0–100, with its reasons." flush>
                  <MatchList matches={matches} chosen={picked ? undefined : matches[0]?.model.id} />
                </Card>
              ) : null}
              <NearMisses
                inquiryId={inquiry.id}
                nearMisses={data.nearMisses.filter((one) => one.model.id !== picked?.model.id)}
              />
            </div>
            <Card title={bookOnly ? 'Booking' : 'Draft booking'}>
              <div className="flex flex-col gap-3">
                <FieldRow className="lg:grid-cols-1">
                  <Field name="start" label={`Start (${zone})`} required>
                    <Input type="datetime-local" defaultValue={inputTime(picked?.change.start ?? inquiry.from, zone)} />
                  </Field>
                  <Field name="end" label={`End (${zone})`} required>
                    <Input type="datetime-local" defaultValue={inputTime(picked?.change.end ?? inquiry.to, zone)} />
                  </Field>
                  <Field name="location" label="Place" required hint="Times are the place’s own.">
                    <Select
                      empty="Choose"
                      defaultValue={picked?.change.location ?? inquiry.location ?? ''}
                      options={data.places.map((place) => ({ value: place.slug, label: place.title }))}
                    />
                  </Field>
                  <Field name="callType" label="Kind" required>
                    <Select options={optionsOf(CALL_TYPES)} />
                  </Field>
                </FieldRow>
                <details className="step">
                  <summary className="link text-sm font-medium">
                    Services{inquiry.services.length > 0 ? ` (${inquiry.services.length} wished)` : ''}
                  </summary>
                  <div className="mt-2">
                    <ServicesChoice
                      groups={data.services}
                      chosen={inquiry.services
                        .map((service) => service.code)
                        .filter((code) => !picked?.change.leaveOut?.includes(code))}
                      className="columns-1! sm:columns-1!"
                    />
                  </div>
                </details>
                {bookOnly ? null : (
                  <div className="flex flex-wrap gap-2 border-t border-line pt-3">
                    <Submit busy="Proposing…">Propose</Submit>
                    <LinkButton to={back}>Cancel</LinkButton>
                  </div>
                )}
                {data.mayBook ? (
                  <div className="flex flex-col gap-2 border-t border-line pt-3">
                    <p className="text-xs text-muted">
                      {bookOnly ? 'The client has agreed, but no time is held any more. ' : 'Has the client agreed already? '}
                      {bookingNow(inquiry)}
                    </p>
                    {data.mayWaive && !inquiry.waiver ? (
                      <Field name="waiver" label="Waive the deposit because" also={['waiver.reason']}>
                        <Textarea rows={2} maxLength={500} />
                      </Field>
                    ) : null}
                    {bookOnly ? (
                      <div className="flex flex-wrap gap-2">
                        <Submit busy="Booking…">Book now</Submit>
                        <LinkButton to={back}>Cancel</LinkButton>
                      </div>
                    ) : (
                      <Button type="submit" name="then" value="book" className="self-start">
                        Book now
                      </Button>
                    )}
                  </div>
                ) : bookOnly ? (
                  <p className="border-t border-line pt-3 text-xs text-muted">Your role may not book this.</p>
                ) : null}
              </div>
            </Card>
          </div>
        </ActionForm>
      )}
    </>
  )
}

function bookingNow(inquiry: ReturnType<typeof useLoaderData<typeof loader>>['inquiry']): string {
  if (inquiry.waiver) return 'Its deposit is waived: booking now confirms.'
  return inquiry.deposit
    ? `Booking now holds the time for the deposit of ${moneyText(inquiry.deposit)}.`
    : 'Booking now needs a deposit set on the inquiry, or a waiver.'
}
