import type { FormReader } from '../../form.server.ts'
import type { Done, Screen } from '../../screen.server.ts'
import { formatTime } from '../../ui/time.tsx'

/** What a page that shows a hold can do with it. */
export function holdActions(back: (screen: Screen, form: FormReader) => string) {
  return {
    extendHold: async (form: FormReader, here: Screen): Promise<Done> => {
      const hold = await here.api.holds.extend({ id: form.text('holdId') })
      return { to: back(here, form), say: `Held until ${formatTime(hold.expiresAt, hold.place.zone, 'time')}.` }
    },
    releaseHold: async (form: FormReader, here: Screen): Promise<Done> => {
      const hold = await here.api.holds.release({ id: form.text('holdId') })
      return { to: back(here, form), say: `The time of ${hold.model.name} is free again.` }
    },
  }
}
