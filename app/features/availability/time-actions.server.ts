import type { FormReader } from '../../form.server.ts'
import type { Done, Screen } from '../../screen.server.ts'
import { AGENCY_ZONE } from '../places.server.ts'
import { addressWith } from './addresses.ts'
import { SLOT_KINDS } from './carry-out.ts'

/** Does one of the fixes a conflict offers. */
export async function fixConflict(form: FormReader, { api, url }: Screen): Promise<Done> {
  const { done } = await api.mismatches.fix({ id: form.text('id'), key: form.text('key') })
  return { to: addressWith(url.search, {}), say: done }
}

/** The zone a form's times were shown in. */
function zoneOf(form: FormReader): string {
  return form.optional('zone') ?? AGENCY_ZONE
}

/** New time off, or a new slot. */
export async function addTime(form: FormReader, { api, url }: Screen): Promise<Done> {
  const modelId = form.requiredText('modelId', 'Choose a model.')
  const [start, end] = [form.requiredTime('start', zoneOf(form)), form.requiredTime('end', zoneOf(form))]
  const kind = form.pick('kind', SLOT_KINDS)
  const note = form.text('note')
  form.check()
  if (form.text('kind') === 'time_off') await api.timeOff.add({ modelId, start, end, reason: note })
  else await api.availability.slots.create({ modelId, kind: kind ?? 'available', start, end, note })
  return { to: addressWith(url.search, { edit: undefined }), say: 'Added.' }
}

/** New times of what there is. */
export async function moveTime(form: FormReader, { api, url }: Screen): Promise<Done> {
  const [start, end] = [form.requiredTime('start', zoneOf(form)), form.requiredTime('end', zoneOf(form))]
  const kind = form.pick('kind', SLOT_KINDS)
  const version = form.version()
  form.check()
  const id = form.text('id')
  const what = form.text('what')
  if (what === 'time_off') await api.timeOff.move({ id, start, end, reason: form.text('note') })
  else if (kind) await api.availability.slots.update({ id, version, kind, start, end, note: form.text('note') })
  else await api.bookings.reschedule({ id, version, start, end })
  return { to: addressWith(url.search, { edit: undefined }), say: 'Saved.' }
}

export async function removeTime(form: FormReader, { api, url }: Screen): Promise<Done> {
  const id = form.text('id')
  if (form.text('what') === 'time_off') await api.timeOff.remove({ id })
  else await api.availability.slots.delete({ id })
  return { to: addressWith(url.search, { edit: undefined }), say: 'Removed.' }
}
