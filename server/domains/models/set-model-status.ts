import { createTask } from '#server/domains/tasks/index.ts'
import { advance, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { modelLiving } from './model.lifecycle.ts'
import { lockModel, type ModelRow } from './model.repository.ts'

/** Bookings that still mean to take place. */
const TO_COME = ['draft', 'pending', 'deposit_required', 'confirmed', 'in_progress'] as const

/**
 * Moves a model along its lifecycle. A suspended model takes no new bookings; those it has stay, and a task asks a
 * person to look at them. Answers how many they are. Throws `not_found`, `transition_refused`, `stale_write`.
 */
export async function setModelStatus(
  tx: Tx,
  id: string,
  request: TransitionRequest,
): Promise<{ transition: Transition; affectedBookings: number }> {
  const { row, transition } = await advance(tx, modelLiving, await lockModel(tx, id), request)
  return { transition, affectedBookings: transition.to === 'suspended' ? await reportAffected(tx, row) : 0 }
}

async function reportAffected(tx: Tx, row: ModelRow): Promise<number> {
  const bookings = await tx.run(
    tx.db
      .selectFrom('bookings')
      .select('ref')
      .where('model_id', '=', row.id)
      .where('status', 'in', TO_COME)
      .where('ends_at', '>', tx.now)
      .where('deleted_at', 'is', null)
      .orderBy('starts_at'),
  )
  if (bookings.length === 0) return 0
  const refs = bookings.map((booking) => booking.ref)
  tx.audit({
    action: 'model.suspended_with_bookings',
    entityType: 'model',
    entityId: row.id,
    entityRef: row.public_code,
    after: { bookings: refs.length, refs: refs.slice(0, 100) },
  })
  await createTask(tx, {
    type: 'review_suspension',
    subject: `${row.name} was suspended with ${refs.length} ${refs.length === 1 ? 'booking' : 'bookings'} to come`,
    details: `Find someone else or cancel: ${refs.slice(0, 200).join(', ')}`,
    priority: 'high',
    entityType: 'model',
    entityId: row.id,
    entityRef: row.public_code,
    dedupeKey: `model:${row.id}:suspended`,
  })
  return refs.length
}
