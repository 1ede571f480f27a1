import { sql } from 'kysely'
import { AppError } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { endHold, holdTimer } from './end-hold.ts'
import { type LockedHold, lockHold } from './hold.repository.ts'
import type { ExtendHoldInput } from './hold.schema.ts'
import { giveBlock, setDeadline } from './ledger.repository.ts'
import type { TimeQuestion } from './time-question.ts'

/** Throws `conflict` unless the hold still stands. */
export function requireHeld(tx: Tx, hold: LockedHold): void {
  if (hold.status !== 'held') throw new AppError('conflict', `This hold is over: it was ${hold.status}.`)
  if (hold.expires_at <= tx.now) {
    throw new AppError(
      'conflict',
      `This hold ended at ${hold.expires_at.toISOString()}. Hold the time again if it is still free.`,
    )
  }
}

/** Moves the deadline to `minutes` from now (the usual length by default), never beyond the cap it was placed with. */
export async function extendHold(tx: Tx, input: ExtendHoldInput): Promise<void> {
  const hold = await lockHold(tx, input.id)
  requireVersion(hold, input.version)
  requireHeld(tx, hold)
  const minutes = input.minutes ?? hold.usual_minutes
  const expires = new Date(Math.min(tx.now.getTime() + minutes * 60_000, hold.latest_at.getTime()))
  if (expires <= hold.expires_at) {
    throw new AppError(
      'conflict',
      hold.expires_at >= hold.latest_at
        ? `This hold can not be extended further: it ends at ${hold.latest_at.toISOString()} at the latest.`
        : 'It is held that long already.',
    )
  }
  tx.send(
    tx.db
      .updateTable('time_holds')
      .set({ expires_at: expires, version: hold.version + 1, updated_at: tx.now })
      .where('id', '=', hold.id),
  )
  setDeadline(tx, { blockId: hold.id }, expires)
  tx.audit({
    action: 'hold.extended',
    entityType: 'hold',
    entityId: hold.id,
    before: { expires_at: hold.expires_at },
    after: { expires_at: expires },
  })
  tx.event({
    type: 'hold.updated',
    entityType: 'hold',
    entityId: hold.id,
    payload: { modelId: hold.model_id },
    timers: [holdTimer(hold.id, expires)],
    assigneeId: hold.created_by,
  })
}

/** Gives the time back before its deadline. */
export async function releaseHold(tx: Tx, id: string): Promise<void> {
  const hold = await lockHold(tx, id)
  if (hold.status !== 'held') throw new AppError('conflict', `This hold is over: it was ${hold.status}.`)
  endHold(tx, hold, 'released')
}

/**
 * Hands a standing hold to a booking that was just made of it, in the same transaction: the block changes its owner and
 * is never free between. It keeps its deadline until a step of the booking takes the time for good.
 */
export function attachHold(tx: Tx, hold: LockedHold, bookingId: string): void {
  tx.send(
    tx.db
      .updateTable('time_holds')
      .set({ booking_id: bookingId, version: hold.version + 1, updated_at: tx.now })
      .where('id', '=', hold.id),
  )
  giveBlock(tx, hold.id, bookingId)
}

/** A hold goes with the draft that was made of it; its block has moved by then. */
export function moveHold(tx: Tx, id: string, { modelId, startsAt, endsAt, locationId, callType }: TimeQuestion): void {
  tx.send(
    tx.db
      .updateTable('time_holds')
      .set({
        model_id: modelId,
        starts_at: startsAt,
        ends_at: endsAt,
        ...(locationId === null ? {} : { location_id: locationId }),
        call_type: callType,
        version: sql`version + 1`,
        updated_at: tx.now,
      })
      .where('id', '=', id),
  )
}
