import { send } from '../../live/call.ts'
import type { Entry } from './types.ts'

/** Asks the server for a change of time; answers the entry as it is then. Throws what the server said when it refuses. */
export async function carryOut(before: Entry, after: Entry): Promise<Entry> {
  if (!after.booking) throw new Error(`a ${after.kind} is not moved`)
  const { id, version } = after.booking
  const answer = await send('bookings', 'update', {
    id,
    version,
    start: after.start,
    end: after.end,
    ...(after.modelId === before.modelId ? {} : { modelId: after.modelId }),
  } as Parameters<typeof send<'bookings', 'update'>>[2])
  return { ...after, booking: { ...after.booking, version: answer.version } }
}

/** Whether this person may move it at all; the server has the last word. */
export function isMovable(entry: Entry): boolean {
  return (
    entry.booking !== null && ['draft', 'pending', 'deposit_required', 'confirmed', 'in_progress'].includes(entry.booking.status)
  )
}
