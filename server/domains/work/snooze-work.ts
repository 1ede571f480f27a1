import { sql } from 'kysely'
import type { SnoozeEvent } from '#db/tables/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { EventRow } from '#server/outbox/catalogue.ts'
import type { Tx } from '#server/transact.ts'
import { changeWork, NOT_SNOOZED } from './change-work.ts'
import { lockAnyWork } from './lock-work.ts'
import { KINDS, WORK, type WorkRow } from './work-item.ts'

const MOST_DAYS = 90

export interface Snooze {
  until?: Date
  event?: SnoozeEvent
}

/**
 * Puts a locked item aside for everybody: until a time, until something happens to what it is about, or whichever
 * comes first. A deadline that passes brings it back by itself; one that has passed can't be put aside.
 * Throws `invalid` or `conflict`.
 */
export function snoozeWork(tx: Tx, row: WorkRow, { until, event }: Snooze): WorkRow {
  if (row.done_at) throw new AppError('conflict', `This ${row.kind} is finished; there is nothing to put aside.`)
  if (!until && !event) throw invalid('until', 'say until when, or until what happens')
  if (until && until <= tx.now) throw invalid('until', 'lies in the past')
  if (until && until.getTime() > tx.now.getTime() + MOST_DAYS * 86_400_000)
    throw invalid('until', `is more than ${MOST_DAYS} days away`)
  if (event === 'status' && row.entity_id === null) throw invalid('event', 'it is about nothing whose status could change')
  if (row.sla_deadline_at && row.sla_deadline_at <= tx.now)
    throw new AppError(
      'conflict',
      'Its deadline has passed, so it can not be put aside. Work it, or give it a new deadline first.',
    )
  return changeWork(tx, row, {
    action: 'snoozed',
    set: {
      snoozed_at: tx.now,
      snoozed_until: until ?? null,
      snooze_event: event ?? null,
      snoozed_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      returned_at: null,
      returned_because: null,
    },
  })
}

/** Brings a locked item that was put aside back onto the list and says why. Does nothing to one that is there. */
export function wakeWork(tx: Tx, row: WorkRow, because: string): WorkRow {
  if (row.snoozed_at === null) return row
  return changeWork(tx, row, {
    action: 'returned',
    reason: because,
    set: { ...NOT_SNOOZED, returned_at: tx.now, returned_because: because.slice(0, 300) },
  })
}

/** Whose sleep an event ends, and how that is said. */
function endingOf(event: EventRow): { events: readonly SnoozeEvent[]; because: string; type: string; id: string } {
  const ref = event.entity_ref ?? event.entity_type
  if (event.type.endsWith('.status_changed')) {
    const to = String(event.payload.to ?? '').replaceAll('_', ' ')
    return { events: ['status', 'any'], because: `${ref} is ${to} now`, type: event.entity_type, id: event.entity_id }
  }
  if (event.type === 'payment.recorded') {
    const id = typeof event.payload.bookingId === 'string' ? event.payload.bookingId : event.entity_id
    return { events: ['any'], because: 'A payment was recorded', type: 'booking', id }
  }
  const fields = Array.isArray(event.payload.fields) ? event.payload.fields : []
  // A booking's notes are entries of its timeline.
  if (fields.includes('notes') || fields.includes('timeline'))
    return { events: ['note', 'any'], because: `${ref} has a new note`, type: event.entity_type, id: event.entity_id }
  return { events: ['any'], because: `${ref} was changed`, type: event.entity_type, id: event.entity_id }
}

/** What was put aside until something happens to this event's entity is back. Returns how many. */
export async function wakeByEvent(tx: Tx, event: EventRow): Promise<number> {
  const { events, because, type, id } = endingOf(event)
  let woken = 0
  for (const kind of KINDS) {
    const waiting = await tx.run(sql<{ id: string }>`
      select id from ${sql.table(WORK[kind].table)}
      where entity_type = ${type} and entity_id = ${id}::uuid and snooze_event is not null and snooze_event = any(${[...events]}::text[])
        and snoozed_at <= ${event.occurred_at}::timestamptz
      order by id`)
    for (const one of waiting) {
      const row = await lockAnyWork(tx, kind, one.id)
      // Looked at again under its lock: it may have been put aside anew, for something else.
      if (row?.snoozed_at && row.snooze_event && events.includes(row.snooze_event) && row.snoozed_at <= event.occurred_at) {
        wakeWork(tx, row, because)
        woken += 1
      }
    }
  }
  return woken
}
