import type { MetaFunction } from '@remix-run/node'
import { Form, useLoaderData } from '@remix-run/react'
import { AGENCY_ZONE, placesOf, servicesOf, zoneOf } from '../../features/places.server.ts'
import { ServicesChoice } from '../../features/services-choice.tsx'
import { CALL_TYPES, optionsOf } from '../../features/statuses.ts'
import { useRefused } from '../../features/use-refused.ts'
import { paths } from '../../paths.ts'
import { actions, screen } from '../../screen.server.ts'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, FormProblem, Input, MoneyInput, Select, Submit, Textarea } from '../../ui/form.tsx'
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
  const [client, models, places, services] = await Promise.all([
    api.clients.get({ id: clientId }),
    api.models.list({ status: ['active'], limit: 200 }),
    placesOf(api),
    servicesOf(api),
  ])
  return {
    step: 'booking' as const,
    key: crypto.randomUUID(),
    client: { id: client.id, ref: client.ref, name: client.name },
    modelId,
    chosen,
    models: models.items.map(({ id, name, publicCode, primaryLocation }) => ({
      value: id,
      label: `${name} (${publicCode}), ${primaryLocation.title}`,
    })),
    places,
    services,
    mayWaive: may('bookings.waive_deposit'),
    zone: AGENCY_ZONE,
  }
})

export const action = actions({
  create: async (form, { api }) => {
    const location = form.requiredText('location', 'Choose a place.')
    const zone = await zoneOf(api, location)
    const modelId = form.requiredText('modelId', 'Choose a model.')
    const start = form.requiredTime('start', zone)
    const end = form.requiredTime('end', zone)
    const callType = form.pick('callType', CALL_TYPES) ?? 'incall'
    const depositRequired = form.money('depositRequired')
    const waiver = form.optional('waiver')
    form.check()
    const booking = await api.bookings.create({
      clientId: form.text('clientId'),
      modelId,
      location,
      start,
      end,
      callType,
      depositRequired,
      services: form.list('services'),
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

const OWN = ['modelId', 'location', 'start', 'end', 'callType', 'services', 'depositRequired', 'waiver', 'internalNotes']

function BookingForm({ data }: { data: Extract<Data, { step: 'booking' }> }) {
  const refused = useRefused()
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={`New booking for ${data.client.name}`}
        description={data.client.ref}
        actions={<LinkButton to={paths.bookings.new({ modelId: data.modelId, ...data.chosen })}>Someone else</LinkButton>}
      />
      <ActionForm
        intent="create"
        refused={refused}
        carry={{ _key: data.key, clientId: data.client.id }}
        className="flex flex-col gap-4"
      >
        <FormProblem own={OWN} />
        <Card title="Who, when, where">
          <FieldRow>
            <Field name="modelId" label="Model" required>
              <Select empty="Choose" defaultValue={data.modelId} options={data.models} />
            </Field>
            <Field name="location" label="Place" required hint="Times are the place’s own.">
              <Select
                empty="Choose"
                defaultValue={data.chosen.location}
                options={data.places.map((place) => ({ value: place.slug, label: place.title }))}
              />
            </Field>
            <Field name="start" label="Start" required>
              <Input type="datetime-local" defaultValue={data.chosen.start} />
            </Field>
            <Field name="end" label="End" required>
              <Input type="datetime-local" defaultValue={data.chosen.end} />
            </Field>
            <Field name="callType" label="Kind" required>
              <Select options={optionsOf(CALL_TYPES)} />
            </Field>
          </FieldRow>
        </Card>
        <Card title="Services">
          <ServicesChoice groups={data.services} />
        </Card>
        <Card title="Money">
          <FieldRow>
            <Field name="depositRequired" label="Deposit" hint="The price follows from the rates.">
              <MoneyInput placeholder="250.00" />
            </Field>
            {data.mayWaive ? (
              <Field
                name="waiver"
                label="Confirm without a deposit, because"
                also={['waiver.reason']}
                hint="Filled in: the booking is confirmed at once."
              >
                <Input maxLength={500} />
              </Field>
            ) : null}
          </FieldRow>
        </Card>
        <Card title="Internal notes">
          <Field name="internalNotes" label="Internal notes" hideLabel>
            <Textarea rows={3} maxLength={10000} />
          </Field>
        </Card>
        <div className="flex gap-2">
          <Submit>Make the booking</Submit>
          <LinkButton to={paths.bookings.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}
