import type { MetaFunction } from '@remix-run/node'
import { Form, useLoaderData } from '@remix-run/react'
import { AGENCY_ZONE, placesOf, servicesOf } from '../../features/places.server.ts'
import { BookingForm } from '../../features/time/booking-form.tsx'
import { holdActions } from '../../features/time/hold-actions.server.ts'
import { modelsToBook } from '../../features/time/models-to-book.server.ts'
import { placeHold, readTime, standingHold } from '../../features/time/new-booking.server.ts'
import { readThen } from '../../features/time/picked.server.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'

export { AreaProblem as ErrorBoundary } from '../../features/area-problem.tsx'

export const meta: MetaFunction = () => [{ title: 'New booking · Virel' }]
export const handle = { crumbs: () => [{ label: 'Bookings', to: paths.bookings.list() }, { label: 'New' }] }

export const loader = screen(async ({ api, url, may, need }) => {
  need('bookings.write')
  const clientId = url.searchParams.get('clientId') ?? ''
  const modelId = url.searchParams.get('modelId') ?? ''
  const q = url.searchParams.get('q') ?? ''
  // A stretch chosen on the timeline, as the clocks of its place show it.
  const chosen = Object.fromEntries(['location', 'start', 'end'].map((name) => [name, url.searchParams.get(name) ?? '']))
  if (!clientId) {
    const found = await api.clients.list({ q: q || undefined, limit: 12 })
    return {
      step: 'client' as const,
      q,
      modelId,
      chosen,
      clients: found.items.map(({ id, ref, name, phone, email }) => ({ id, ref, name, contact: phone ?? email })),
    }
  }
  const holdId = url.searchParams.get('holdId')
  const [client, models, places, services, hold] = await Promise.all([
    api.clients.get({ id: clientId }),
    modelsToBook(api),
    placesOf(api),
    servicesOf(api),
    holdId ? standingHold(api, holdId) : null,
  ])
  return {
    step: 'booking' as const,
    key: crypto.randomUUID(),
    client: { id: client.id, ref: client.ref, name: client.name },
    modelId,
    chosen,
    models,
    hold,
    chosenServices: url.searchParams.get('services')?.split(',').filter(Boolean) ?? [],
    places,
    services,
    mayWaive: may('bookings.waive_deposit'),
    mayOverride: may('availability.override'),
    zone: AGENCY_ZONE,
  }
})

export const action = actions({
  ...holdActions((_screen, form) =>
    paths.bookings.new({
      clientId: form.text('clientId'),
      holdId: form.text('intent') === 'extendHold' ? form.text('holdId') : '',
    }),
  ),
  create: async (form, here) => {
    const { api } = here
    if (readThen(form) === 'hold') return placeHold(form, here)
    const wish = await readTime(form, api)
    const depositRequired = form.money('depositRequired')
    const waiver = form.optional('waiver')
    form.check()
    const booking = await api.bookings.create({
      ...wish,
      holdId: form.optional('holdId'),
      depositRequired,
      internalNotes: form.text('internalNotes'),
      ...(waiver ? { waiver: { reason: waiver }, confirm: true } : {}),
    })
    return {
      to: paths.bookings.detail(booking.id),
      say:
        booking.status === 'confirmed'
          ? `${booking.ref} is made and confirmed.`
          : `Draft booking ${booking.ref} made. Submit it when it is agreed.`,
    }
  },
})

export default function NewBooking() {
  const data = useLoaderData<typeof loader>()
  return data.step === 'client' ? <ChooseClient data={data} /> : <BookingForm data={data} />
}

type Data = ReturnType<typeof useLoaderData<typeof loader>>

function ChooseClient({ data }: { data: Extract<Data, { step: 'client' }> }) {
  return (
    <div className="max-w-2xl">
      <PageHeader title="New booking: for whom?" actions={<LinkButton to={paths.clients.new()}>New client</LinkButton>} />
      <Form method="get" role="search" aria-label="Find a client" className="mb-3 flex gap-2">
        {Object.entries({ modelId: data.modelId, ...data.chosen }).map(([name, value]) =>
          value ? <input key={name} type="hidden" name={name} value={value} /> : null,
        )}
        <label htmlFor="client-q" className="sr-only">
          Name, ref, email or phone
        </label>
        <input
          id="client-q"
          type="search"
          name="q"
          data-search
          defaultValue={data.q}
          maxLength={200}
          placeholder="Name, ref, email or phone"
          className="field"
        />
        <Button type="submit">Find</Button>
      </Form>
      <Card flush>
        {data.clients.length > 0 ? (
          <ul className="divide-y divide-line">
            {data.clients.map((client) => (
              <li key={client.id} data-row className="flex items-center justify-between gap-3 px-4 py-2 text-sm">
                <TextLink
                  to={paths.bookings.new({ clientId: client.id, modelId: data.modelId, ...data.chosen })}
                  data-row-link
                  className="font-medium"
                >
                  {client.name}
                </TextLink>
                <span className="text-muted">
                  {client.ref}
                  {client.contact ? ` · ${client.contact}` : ''}
                </span>
              </li>
            ))}
          </ul>
        ) : (
          <EmptyState title="Nobody found">Try another spelling, or make a new client.</EmptyState>
        )}
      </Card>
    </div>
  )
}
