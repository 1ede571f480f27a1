import { differences } from '#server/differences.ts'
import { bookingLiving, type LockedBooking, settle } from '#server/domains/bookings/index.ts'
import { createTask } from '#server/domains/tasks/index.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { sumsOf } from './payment.repository.ts'

/**
 * Carries into the booking what its payments come to now: what is paid, whether the deposit is. Returns the booking as
 * it will be. Under the booking's lock.
 */
export async function carryIntoBooking(tx: Tx, booking: LockedBooking): Promise<LockedBooking> {
  const settled = settle(booking, await sumsOf(tx, booking.id))
  const change = differences(moneyOf(booking), settled)
  if (Object.keys(change.after).length === 0) return booking
  const next: LockedBooking = { ...booking, ...settled, version: booking.version + 1 }
  tx.send(
    tx.db
      .updateTable('bookings')
      .set({ ...settled, version: next.version, updated_at: tx.now })
      .where('id', '=', booking.id),
  )
  tx.audit({ action: 'booking.updated', entityType: 'booking', entityId: booking.id, entityRef: booking.ref, ...change })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    payload: { fields: ['payments'] },
    assigneeId: booking.assignee_id,
  })
  return next
}

function moneyOf({ paid_amount, deposit_status, payment_status }: LockedBooking) {
  return { paid_amount, deposit_status, payment_status }
}

/** A booking whose deposit is paid is confirmed, its inquiry converted, and somebody tells the model. */
export async function confirmPaid(tx: Tx, booking: LockedBooking): Promise<LockedBooking> {
  const { row } = await advance(tx, bookingLiving, booking, { newStatus: 'confirmed', reason: 'The deposit was paid.' })
  await createTask(tx, {
    type: 'notify_model',
    subject: `Tell ${booking.model_name} about ${booking.ref}`,
    priority: 'high',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    assigneeId: booking.assignee_id ?? undefined,
    dedupeKey: `notify-model:${booking.id}`,
  })
  return row
}
