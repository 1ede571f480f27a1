import { reaching } from '#server/auth/reach.ts'
import { systemActor } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { setTaskStatus } from '#server/domains/tasks/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { givePart } from './give-back.ts'

/**
 * The second person's word on a refund that waits: given back now, or not. Never the one who asked for it (they may take
 * it back). Throws `forbidden`, `not_found`, `conflict` when it was decided meanwhile or the money is no longer there.
 */
export async function decideRequest(tx: Tx, input: { id: string; approve: boolean; note?: string }): Promise<void> {
  const { actor } = tx.ctx
  if (actor.kind !== 'user' || !actor.id) throw new AppError('forbidden', 'Refunds are approved by people.')
  const [found] = await tx.run(tx.db.selectFrom('refund_requests').select('booking_id').where('id', '=', input.id))
  if (!found) throw notFound('refund request')
  const booking = await lockBooking(reaching(tx, 'bookings.read_all'), found.booking_id)
  const [row] = await tx.run(tx.db.selectFrom('refund_requests').selectAll().where('id', '=', input.id).forUpdate())
  if (!row) throw notFound('refund request')
  if (row.outcome) throw new AppError('conflict', `${row.ref} was ${row.outcome} already.`)
  if (input.approve && row.requested_by === actor.id)
    throw new AppError('forbidden', 'You asked for this refund yourself. Somebody else has to approve it.')
  const outcome = input.approve ? ('approved' as const) : ('refused' as const)
  const decided = { outcome, decided_by: actor.id, decided_at: tx.now, decision_note: input.note ?? null }
  tx.send(tx.db.updateTable('refund_requests').set(decided).where('id', '=', row.id))
  tx.audit({
    action: `refund.${outcome}`,
    entityType: 'refund_request',
    entityId: row.id,
    entityRef: row.ref,
    before: { outcome: null },
    after: { outcome, amount: row.amount, currency: row.currency, requestedBy: row.requested_by },
    reason: input.note ?? null,
  })
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: `Refund ${row.ref} ${outcome}`, body: input.note ?? null })
  if (input.approve) {
    const left = await tx.db
      .selectFrom('payments')
      .select((eb) => eb.fn.coalesce(eb.fn.sum<number>('amount'), eb.lit(0)).as('amount'))
      .where('refund_of', '=', row.payment_id)
      .where('status', 'in', ['pending', 'requires_action', 'succeeded'])
      .executeTakeFirstOrThrow()
    const payment = await tx.db.selectFrom('payments').select('amount').where('id', '=', row.payment_id).executeTakeFirstOrThrow()
    if (row.amount > payment.amount - Number(left.amount))
      throw new AppError('conflict', 'That much of the payment is no longer there to give back. Refuse this request.')
    await givePart(tx, booking, row.payment_id, { amount: row.amount, kind: row.kind, reason: row.reason })
  }
  await closeTask(tx, `refund-request:${row.id}`, `${row.ref} was ${outcome}.`)
}

/** Brings the task that asked for it to done, along its lifecycle. */
export async function closeTask(tx: Tx, dedupeKey: string, reason: string): Promise<void> {
  const asRule = tx.as(systemActor('two people'))
  const [task] = await tx.run(
    tx.db
      .selectFrom('tasks')
      .select(['id', 'status'])
      .where('dedupe_key', '=', dedupeKey)
      .where('status', 'in', ['open', 'in_progress']),
  )
  if (!task) return
  if (task.status === 'open') await setTaskStatus(asRule, task.id, { newStatus: 'in_progress' })
  await setTaskStatus(asRule, task.id, { newStatus: 'done', reason })
}
