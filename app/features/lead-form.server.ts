import type { FormReader } from '../form.server.ts'
import type { Screen } from '../screen.server.ts'
import { zoneOf } from './places.server.ts'

/** The fields of a lead as posted; times are the place's own. Throws what can not be read. */
export async function readLead(form: FormReader, api: Screen['api']) {
  const location = form.optional('location')
  const zone = await zoneOf(api, location)
  const from = form.time('from', zone)
  const to = form.time('to', zone)
  const name = form.requiredText('client.name', 'Type a name.')
  const message = form.requiredText('message', 'Say what is wished for.')
  if (!form.optional('client.email') && !form.optional('client.phone')) {
    form.refuse('client.email', 'Give an email address or a phone number, so that an answer is possible.')
  }
  form.check()
  return {
    client: { name, email: form.optional('client.email'), phone: form.optional('client.phone') },
    subject: form.text('subject'),
    message,
    location,
    services: form.list('services'),
    from,
    to,
  }
}
