import type { MismatchFix } from '#db/tables/index.ts'
import type { Permission } from '#server/auth/permissions.ts'
import { may } from '#server/context.ts'
import { createSlot, deleteSlot } from '#server/domains/availability/index.ts'
import { updateBooking } from '#server/domains/bookings/index.ts'
import { readExternalNow } from '#server/domains/calendars/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { checkCover, checkModels, lockChecks } from './check.ts'
import { visibleMismatches } from './mismatch.queries.ts'

type Action = MismatchFix['action']

/** What doing a fix takes, besides working exceptions: nobody does by a button what they may not do by hand. */
const NEEDS: Record<Exclude<Action['kind'], 'open'>, Permission> = {
  add_slot: 'availability.write',
  remove_slot: 'availability.write',
  remove_slots: 'availability.write',
  move_booking: 'bookings.write',
  read_calendar: 'calendars.manage',
}

/**
 * Does one of the fixes a mismatch offers, by the operation a person would use, and looks again: what is mended by it closes
 * at once. Answers what was done. Throws `not_found`, `forbidden`, `conflict` when the mismatch is mended or the fix is no
 * longer offered, and whatever the operation refuses.
 */
export async function fixMismatch(tx: Tx, input: { id: string; key: string }): Promise<string> {
  const seen = await requireMismatch(tx, input.id)
  if (seen.model_id) lockChecks(tx, 'model', [seen.model_id])
  if (seen.location_id) lockChecks(tx, 'cover', [seen.location_id])
  const row = await requireMismatch(tx, input.id)
  if (row.resolved_at) throw new AppError('conflict', `${row.ref} is mended already.`)
  const fix = row.fixes.find(({ key }) => key === input.key)
  if (!fix || fix.action.kind === 'open') throw new AppError('conflict', `${row.ref} has no such fix any more. Look at it again.`)
  if (!may(tx.ctx, NEEDS[fix.action.kind])) throw new AppError('forbidden', `Your role may not do this: ${fix.label}.`)
  await perform(tx, fix.action, row.ref)
  tx.audit({
    action: 'mismatch.fixed',
    entityType: 'mismatch',
    entityId: row.id,
    entityRef: row.ref,
    after: { fix: fix.key, label: fix.label },
  })
  if (row.model_id) await checkModels(tx, [row.model_id])
  if (row.location_id) await checkCover(tx, [row.location_id])
  return fix.label
}

async function requireMismatch(tx: Tx, id: string) {
  const [row] = await tx.run(
    tx.db
      .selectFrom('availability_mismatches as m')
      .select(['m.id', 'm.ref', 'm.model_id', 'm.location_id', 'm.fixes', 'm.resolved_at'])
      .where('m.id', '=', id)
      .where(visibleMismatches(tx.ctx)),
  )
  if (!row) throw notFound('mismatch')
  return row
}

async function perform(tx: Tx, action: Exclude<Action, { kind: 'open' }>, ref: string): Promise<void> {
  switch (action.kind) {
    case 'add_slot': {
      const [start, end] = [new Date(action.start), new Date(action.end)]
      await createSlot(tx, { modelId: action.modelId, kind: 'available', start, end, confidence: 1, note: `For ${ref}` })
      return
    }
    case 'remove_slot':
      await deleteSlot(tx, action.slotId)
      return
    case 'remove_slots': {
      const slots = await tx.run(
        tx.db
          .selectFrom('availability_slots')
          .select('id')
          .where('model_id', '=', action.modelId)
          .where('source', '=', 'manual')
          .where('kind', '<>', 'unavailable')
          .where('ends_at', '>', tx.now)
          .orderBy('id'),
      )
      for (const { id } of slots) await deleteSlot(tx, id)
      return
    }
    case 'move_booking':
      await updateBooking(tx, { id: action.bookingId, start: new Date(action.start), end: new Date(action.end) })
      return
    case 'read_calendar':
      await readExternalNow(tx, action.calendarId)
  }
}
