import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import type { Done, Screen } from '../../screen.server.ts'
import { formatTime } from '../../ui/time.tsx'
import { zoneOf } from '../places.server.ts'
import { CALL_TYPES } from '../statuses.ts'
import { readOverride, readPick } from './picked.server.ts'

/** The hold in the address, while it stands and no booking was made of it. */
export async function standingHold(api: Screen['api'], id: string) {
  const hold = await api.holds.get({ id })
  return hold.status === 'held' && !hold.booking ? hold : null
}

/** Who, where and when, as the fields say or the button of a free time. */
export async function readTime(form: FormReader, api: Screen['api']) {
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

export async function placeHold(form: FormReader, { api }: Screen): Promise<Done> {
  const wish = await readTime(form, api)
  form.check()
  const hold = await api.holds.place(wish)
  return {
    to: paths.bookings.new({ clientId: wish.clientId, holdId: hold.id, services: wish.services.join(',') }),
    say: `${hold.model.name} is held until ${formatTime(hold.expiresAt, hold.place.zone, 'time')}.`,
  }
}
