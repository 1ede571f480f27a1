import { send, sendPart } from '../../live/call.ts'
import type { Entry } from './types.ts'

/** What people mark by hand. */
export const SLOT_KINDS = ['available', 'tentative', 'unavailable'] as const
export type SlotKind = (typeof SLOT_KINDS)[number]

export interface May {
  /** Make and move bookings. */
  book: boolean
  /** Mark time as available or not. */
  mark: boolean
  /** Set a rule aside, with a reason. */
  override: boolean
}

/** What is made by hand: slots, and time off, which the ledger itself keeps. */
export const MARKS = ['available', 'tentative', 'time_off'] as const
export type Mark = (typeof MARKS)[number]

/** An entry that is not there yet, to be shown until the server has named it. */
export function newEntry(given: { modelId: string; kind: Mark; from: number; to: number; note: string }): Entry {
  return {
    ...given,
    id: `new-${given.modelId}-${given.from}`,
    start: new Date(given.from).toISOString(),
    end: new Date(given.to).toISOString(),
    before: 0,
    after: 0,
    travelBefore: 0,
    travelAfter: 0,
    expiresAt: null,
    slot: given.kind === 'time_off' ? null : { version: 0, source: 'manual', confidence: 1 },
    booking: null,
  }
}

/**
 * Asks the server for one change of somebody's time: null before makes a slot, null after removes one. Answers the entry
 * as it is then. Throws what the server said when it refuses.
 */
export async function carryOut(before: Entry | null, after: Entry | null, reason?: string): Promise<Entry | null> {
  const kind = (after ?? before)?.kind
  if (kind === 'time_off') return carryOutTimeOff(before, after)
  if (before?.booking && after?.booking) return reschedule(before, { ...after, booking: after.booking }, reason)
  return carryOutSlot(before, after)
}

/** Time off is in the ledger: nothing can be sold over it. */
async function carryOutTimeOff(before: Entry | null, after: Entry | null): Promise<Entry | null> {
  if (!after) {
    if (before) await send('timeOff', 'remove', { id: before.id })
    return null
  }
  const { modelId, start, end, note } = after
  const told = { modelId, start, end, reason: note ?? '' }
  const made = before ? await send('timeOff', 'move', { id: before.id, ...told }) : await send('timeOff', 'add', told)
  return { ...after, id: made.id }
}

async function carryOutSlot(before: Entry | null, after: Entry | null): Promise<Entry | null> {
  if (!after) {
    if (before) await sendPart('availability', 'slots', 'delete', { id: before.id })
    return null
  }
  if (!before) {
    const { modelId, kind, start, end, note } = after
    const made = await sendPart('availability', 'slots', 'create', {
      modelId,
      kind: kind as SlotKind,
      start,
      end,
      note: note ?? '',
    })
    return { ...after, id: made.id, slot: { version: made.version, source: made.source, confidence: made.confidence } }
  }
  const { kind, start, end, note, slot } = after
  const told = { id: before.id, version: slot?.version, kind: kind as SlotKind, start, end, note: note ?? '' }
  const made = await sendPart('availability', 'slots', 'update', told)
  return { ...after, slot: { version: made.version, source: made.source, confidence: made.confidence } }
}

type Booked = Entry & { booking: NonNullable<Entry['booking']> }

/** Tells only what is different, so that extending a booking that runs is not moving its beginning. */
async function reschedule(before: Entry, after: Booked, reason: string | undefined): Promise<Entry> {
  const { id, version } = after.booking
  const answer = await send('bookings', 'reschedule', {
    id,
    version,
    ...(after.from === before.from ? {} : { start: after.start }),
    ...(after.to === before.to ? {} : { end: after.end }),
    ...(after.modelId === before.modelId ? {} : { modelId: after.modelId }),
    ...(reason ? { override: { reason } } : {}),
  })
  return { ...after, booking: { ...after.booking, version: answer.version } }
}

const MOVING = ['draft', 'pending', 'deposit_required', 'confirmed', 'in_progress']

/** Whether this person may move it; the server has the last word. */
export function isMovable(entry: Pick<Entry, 'kind' | 'slot' | 'booking'>, may: May): boolean {
  if (entry.kind === 'time_off') return may.mark
  if (entry.slot) return may.mark && entry.slot.source === 'manual'
  return may.book && entry.booking !== null && MOVING.includes(entry.booking.status)
}
