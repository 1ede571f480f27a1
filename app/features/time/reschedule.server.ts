import type { FormReader } from '../../form.server.ts'
import { paths } from '../../paths.ts'
import { type Done, idParam, type Screen } from '../../screen.server.ts'
import { moneyText } from '../../ui/money.tsx'
import { formatTime } from '../../ui/time.tsx'
import { zoneOf } from '../places.server.ts'
import { CALL_TYPES } from '../statuses.ts'
import { readOverride, readPick } from './picked.server.ts'

/** Moves the booking of the page to what the form says, or to the free time one of its buttons chose. */
export async function reschedule(form: FormReader, { api, params }: Screen): Promise<Done> {
  const id = idParam(params)
  const before = await api.bookings.get({ id })
  const booking = await api.bookings.reschedule({
    id,
    version: form.version(),
    ...(await readMove(form, api, before.location)),
    reason: form.optional('reason'),
    override: readOverride(form),
  })
  const when = `${formatTime(booking.start, booking.place.zone)}–${formatTime(booking.end, booking.place.zone, 'time')}`
  const price = booking.price.amount === before.price.amount ? '' : ` The price is now ${moneyText(booking.price)}.`
  return {
    to: paths.bookings.detail(id),
    say: `${booking.ref} is now ${when} with ${booking.model.name}.${price}`,
  }
}

async function readMove(form: FormReader, api: Screen['api'], present: string) {
  const pick = readPick(form)
  if (pick) return pick
  if (form.text('finish') === 'now') return { end: new Date().toISOString() }
  const location = form.optional('location')
  const zone = await zoneOf(api, location ?? present)
  const move = {
    location,
    modelId: form.optional('modelId'),
    start: form.has('start') ? form.requiredTime('start', zone) : undefined,
    end: form.requiredTime('end', zone),
    callType: form.pick('callType', CALL_TYPES),
  }
  form.check()
  return move
}
