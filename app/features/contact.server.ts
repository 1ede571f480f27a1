import type { FormReader } from '../form.server.ts'
import { type Done, idParam, type Screen } from '../screen.server.ts'

type From = 'client' | 'inquiry' | 'booking'

/** The two intents of a page that shows a client's contact: show it with a reason, and hide it again. */
export function contactActions(from: From) {
  const clientId = (form: FormReader, { params }: Screen) => (from === 'client' ? idParam(params) : form.text('clientId'))
  return {
    reveal: async (form: FormReader, here: Screen): Promise<Done> => {
      const item = from === 'client' ? undefined : { entityType: from, entityId: idParam(here.params) }
      await here.api.personalData.reveal({ id: clientId(form, here), reason: form.text('reason'), from: item })
      return { to: here.url.pathname, say: 'The contact is shown for 15 minutes. That, and why, was recorded.' }
    },
    endReveal: async (form: FormReader, here: Screen): Promise<Done> => {
      await here.api.personalData.endReveal({ id: clientId(form, here) })
      return { to: here.url.pathname, say: 'The contact is hidden again.' }
    },
  }
}
