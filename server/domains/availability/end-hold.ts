import { sql } from 'kysely'
import type { HoldStatus, Timer } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'
import type { LockedHold } from './hold.repository.ts'
import { releaseBlock } from './ledger.repository.ts'

export function holdTimer(id: string, runAt: Date | null): Timer {
  return { key: `hold:${id}`, task: 'hold-expire', payload: { holdId: id }, runAt: runAt?.toISOString() ?? null }
}

const TITLES = { booked: 'Hold became the booking', released: 'Hold released', expired: 'Hold ended unused' } as const

/** Ends a standing hold that is locked. Its time is free again, unless its booking has taken it over. */
export function endHold(
  tx: Tx,
  hold: Pick<LockedHold, 'id' | 'model_id' | 'booking_id' | 'created_by'>,
  status: Exclude<HoldStatus, 'held'>,
): void {
  tx.send(
    tx.db
      .updateTable('time_holds')
      .set({ status, version: sql`version + 1`, updated_at: tx.now })
      .where('id', '=', hold.id)
      .where('status', '=', 'held'),
  )
  if (status !== 'booked') releaseBlock(tx, { blockId: hold.id })
  tx.audit({
    action: `hold.${status}`,
    entityType: 'hold',
    entityId: hold.id,
    before: { status: 'held' },
    after: { status, ...(hold.booking_id ? { booking_id: hold.booking_id } : {}) },
  })
  tx.event({
    type: 'hold.ended',
    entityType: 'hold',
    entityId: hold.id,
    payload: { status, modelId: hold.model_id },
    timers: [holdTimer(hold.id, null)],
    assigneeId: hold.created_by,
  })
  if (hold.booking_id) tx.timeline({ bookingId: hold.booking_id, kind: 'hold', title: TITLES[status] })
}
