import type { FormReader } from '../form.server.ts'
import { CHANNELS } from './statuses.ts'

/** "vip, late payer" as tags. */
export function readTags(form: FormReader): string[] {
  return form
    .text('tags')
    .split(',')
    .map((tag) => tag.trim())
    .filter(Boolean)
}

export function readClient(form: FormReader) {
  const preferredChannel = form.pick('preferredChannel', CHANNELS)
  const version = form.version()
  form.check()
  return {
    version,
    fields: {
      name: form.text('name'),
      email: form.text('email'),
      phone: form.text('phone'),
      preferredChannel,
      tags: readTags(form),
      about: form.text('about'),
    },
  }
}
