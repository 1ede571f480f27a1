import type { Refused } from '../../problem.ts'
import { ActionForm, Field, FieldRow, Input, type Option, Select, Submit, Textarea } from '../../ui/form.tsx'
import { Step } from '../../ui/step.tsx'
import { inputTime } from '../../ui/time.tsx'
import type { Place } from '../places.server.ts'
import { CALL_TYPES, optionsOf } from '../statuses.ts'
import { RefusedTime } from './refused-time.tsx'

const OWN = ['start', 'end', 'location', 'callType', 'modelId', 'override', 'reason']

interface Rescheduled {
  status: string
  version: number
  start: string
  end: string
  location: string
  callType: string
  model: { id: string; name: string }
  place: { zone: string }
}

/** Another time, place or model for a booking; while it runs only its end. Held and booked time moves with it. */
export function RescheduleForm({
  booking,
  places,
  models,
  refused,
  mayOverride,
}: {
  booking: Rescheduled
  places: readonly Place[]
  models: readonly Option[]
  refused?: Refused
  mayOverride: boolean
}) {
  const { zone } = booking.place
  const running = booking.status === 'in_progress'
  const known = models.some((model) => model.value === booking.model.id)
  const choices = known ? models : [{ value: booking.model.id, label: booking.model.name }, ...models]
  return (
    <Step
      label={running ? 'Extend or finish early' : 'Reschedule'}
      small
      className="mt-3"
      open={refused?.intent === 'reschedule'}
      wide
    >
      <ActionForm intent="reschedule" refused={refused} editing={booking.version} className="flex flex-col gap-3">
        <RefusedTime own={OWN} zone={zone} mayOverride={mayOverride} />
        <FieldRow>
          {running ? null : (
            <Field name="start" label={`Start (${zone})`} required>
              <Input type="datetime-local" defaultValue={inputTime(booking.start, zone)} />
            </Field>
          )}
          <Field name="end" label={`End (${zone})`} required>
            <Input type="datetime-local" defaultValue={inputTime(booking.end, zone)} />
          </Field>
          {running ? null : (
            <>
              <Field name="location" label="Place" required hint="Times are the place’s own.">
                <Select
                  defaultValue={booking.location}
                  options={places.map((place) => ({ value: place.slug, label: place.title }))}
                />
              </Field>
              <Field name="modelId" label="Model" required>
                <Select defaultValue={booking.model.id} options={choices} />
              </Field>
              <Field name="callType" label="Kind" required>
                <Select defaultValue={booking.callType} options={optionsOf(CALL_TYPES)} />
              </Field>
            </>
          )}
          <Field name="reason" label="Why" hint="Shown in the timeline.">
            <Textarea rows={1} maxLength={500} />
          </Field>
        </FieldRow>
        <div className="flex flex-wrap gap-2">
          <Submit busy="Moving…">{running ? 'Change the end' : 'Move the booking'}</Submit>
          {running ? (
            <Submit tone="secondary" name="finish" value="now" busy="Moving…">
              Finish now
            </Submit>
          ) : null}
        </div>
      </ActionForm>
    </Step>
  )
}
