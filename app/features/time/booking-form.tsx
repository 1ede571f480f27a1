import { paths } from '../../paths.ts'
import { words } from '../../ui/badge.tsx'
import { LinkButton } from '../../ui/button.tsx'
import { Card, KeyValues } from '../../ui/card.tsx'
import { ActionForm, Field, FieldRow, Input, MoneyInput, type Option, Select, Submit, Textarea } from '../../ui/form.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Period } from '../../ui/time.tsx'
import type { Place } from '../places.server.ts'
import { type ServiceGroup, ServicesChoice } from '../services-choice.tsx'
import { CALL_TYPES, optionsOf } from '../statuses.ts'
import { useRefused } from '../use-refused.ts'
import { HoldCard, type ShownHold } from './hold-card.tsx'
import { RefusedTime } from './refused-time.tsx'

interface Hold extends ShownHold {
  model: { id: string; name: string; publicCode: string }
  location: string
  place: { title: string; zone: string }
  start: string
  end: string
  callType: string
}

export interface NewBookingData {
  key: string
  client: { id: string; ref: string; name: string }
  modelId: string
  /** A stretch chosen elsewhere: place, start and end as its clocks show it. */
  chosen: Record<string, string | undefined>
  chosenServices: string[]
  hold: Hold | null
  models: Option[]
  places: Place[]
  services: ServiceGroup[]
  mayWaive: boolean
  mayOverride: boolean
  /** Of the agency. */
  zone: string
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

/** Who, when and where (or what a hold has settled), services, money: one form that books, or holds the time first. */
export function BookingForm({ data }: { data: NewBookingData }) {
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

function TimeFields({ data }: { data: NewBookingData }) {
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
