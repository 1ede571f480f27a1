import type { MetaFunction } from '@remix-run/node'
import { Form, useLoaderData } from '@remix-run/react'
import { AGENCY_ZONE, placesOf, servicesOf, zoneOf } from '../../features/places.server.ts'
import { ServicesChoice } from '../../features/services-choice.tsx'
import { CALL_TYPES, optionsOf } from '../../features/statuses.ts'
import { holdActions } from '../../features/time/hold-actions.server.ts'
import { HoldCard } from '../../features/time/hold-card.tsx'
import { modelsToBook } from '../../features/time/models-to-book.server.ts'
import { readOverride, readPick } from '../../features/time/picked.server.ts'
import { RefusedTime } from '../../features/time/refused-time.tsx'
import { useRefused } from '../../features/use-refused.ts'
import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import { actions, type Done, type Screen, screen } from '../../screen.server.ts'
import { words } from '../../ui/badge.tsx'
import { Button, LinkButton, TextLink } from '../../ui/button.tsx'
import { Card, KeyValues } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, Input, MoneyInput, Select, Submit, Textarea } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { EmptyState } from '../../ui/states.tsx'
import { formatTime, Period } from '../../ui/time.tsx'

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

/** The hold in the address, while it stands and no booking was made of it. */
async function standingHold(api: Screen['api'], id: string) {
  const hold = await api.holds.get({ id })
  return hold.status === 'held' && !hold.booking ? hold : null
}

/** Who, where and when, as the fields say or the button of a free time. */
async function readTime(form: FormReader, api: Screen['api']) {
  const location = form.requiredText('location', 'Choose a place.')
  const zone = await zoneOf(api, location)
  const pick = readPick(form)
  return {
    clientId: form.text('clientId'),
    location,
    modelId: pick?.modelId ?? form.requiredText('modelId', 'Choose a model.'),
    start: pick?.start ?? form.requiredTime('start', zone),
    end: pick?.end ?? form.requiredTime('end', zone),
    callType: form.pick('callType', CALL_TYPES) ?? ('incall' as const),
    services: form.list('services'),
    override: readOverride(form),
  }
}

async function placeHold(form: FormReader, { api }: Screen): Promise<Done> {
  const wish = await readTime(form, api)
  form.check()
  const hold = await api.holds.place(wish)
  return {
    to: paths.bookings.new({ clientId: wish.clientId, holdId: hold.id, services: wish.services.join(',') }),
    say: `${hold.model.name} is held until ${formatTime(hold.expiresAt, hold.place.zone, 'time')}.`,
  }
}

export const action = actions({
  ...holdActions((_screen, form) =>
    paths.bookings.new({
      clientId: form.text('clientId'),
      holdId: form.text('intent') === 'extendHold' ? form.text('holdId') : '',
    }),
  ),
  create: async (form, here) => {
    const { api } = here
    if (form.text('then') === 'hold') return placeHold(form, here)
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

const OWN = [
  'modelId',
  'location',
  'start',
  'end',
  'callType',
  'services',
  'depositRequired',
  'waiver',
  'internalNotes',
  'override',
]

function BookingForm({ data }: { data: Extract<Data, { step: 'booking' }> }) {
  const refused = useRefused()
  const { hold } = data
  // A refused form shows times of the place that was chosen.
  const chosen = refused?.values.location?.[0] ?? data.chosen.location
  const zone = hold?.place.zone ?? data.places.find((place) => place.slug === chosen)?.zone ?? data.zone
  const held = hold && { holdId: hold.id, location: hold.location, callType: hold.callType, pick: pickOfHold(hold) }
  return (
    <div className="max-w-3xl">
      <PageHeader
        title={`New booking for ${data.client.name}`}
        description={data.client.ref}
        actions={<LinkButton to={paths.bookings.new({ modelId: data.modelId, ...data.chosen })}>Someone else</LinkButton>}
      />
      {hold ? <HoldCard hold={hold} zone={zone} refused={refused} carry={{ clientId: data.client.id }} mayChange /> : null}
      <ActionForm
        intent="create"
        refused={refused}
        carry={{ _key: data.key, clientId: data.client.id, ...held }}
        className="flex flex-col gap-4"
      >
        <RefusedTime own={OWN} zone={zone} mayOverride={data.mayOverride} />
        <Card title="Who, when, where">{hold ? <HeldTime hold={hold} /> : <TimeFields data={data} />}</Card>
        <Card title="Services">
          <ServicesChoice groups={data.services} chosen={data.chosenServices} />
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
        <div className="flex flex-wrap gap-2">
          <Submit>Make the booking</Submit>
          {hold ? null : (
            <Submit tone="secondary" name="then" value="hold" busy="Holding…">
              Hold the time first
            </Submit>
          )}
          <LinkButton to={paths.bookings.list()}>Cancel</LinkButton>
        </div>
      </ActionForm>
    </div>
  )
}

function TimeFields({ data }: { data: Extract<Data, { step: 'booking' }> }) {
  return (
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
  )
}

type Hold = NonNullable<Extract<Data, { step: 'booking' }>['hold']>

function pickOfHold({ model, start, end }: Hold): string {
  return `${model.id} ${start} ${end}`
}

/** What the hold has settled; another time needs another hold. */
function HeldTime({ hold }: { hold: Hold }) {
  return (
    <KeyValues
      columns={2}
      items={[
        ['Model', `${hold.model.name} (${hold.model.publicCode})`],
        ['Place', hold.place.title],
        ['When', <Period key="when" from={hold.start} to={hold.end} zone={hold.place.zone} />],
        ['Kind', words(hold.callType)],
      ]}
    />
  )
}
