import { systemActor } from '#server/context.ts'
import type { LockedBooking } from '#server/domains/bookings/index.ts'
import { needsSecondPerson } from '#server/domains/refund-policies/index.ts'
import { createTask } from '#server/domains/tasks/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { givePart } from './give-back.ts'
import { heldMoney, takeFrom } from './held-money.ts'

export interface Decision {
  /** Minor units of the booking's currency. */
  amount: number
  kind: 'full' | 'partial'
  reason: string
  /** What the policy would have given back, for who approves. */
  byPolicy: number
  /** Of this payment only. */
  paymentId?: string
}

export interface Decided {
  /** Given back at once. */
  refundIds: string[]
  /** Waiting for a second person. */
  requestIds: string[]
}

/**
 * Carries out what a person who may refund decided, or has it wait for a second one when it comes to more than one
 * person may. The booking is locked. Throws `conflict` when a request for the same payment waits already.
 */
export async function decideRefund(tx: Tx, booking: LockedBooking, decision: Decision): Promise<Decided> {
  const { payments } = await heldMoney(tx.db, booking.id)
  const from = decision.paymentId ? payments.filter((payment) => payment.id === decision.paymentId) : payments
  const { parts, missing } = takeFrom(from, decision.amount)
  if (missing > 0) throw new AppError('conflict', 'That is more than is left of what was received.')
  const done: Decided = { refundIds: [], requestIds: [] }
  const second = await needsSecondPerson(tx, booking.id, decision.amount)
  for (const part of parts) {
    const { kind, reason } = decision
    if (second) done.requestIds.push(await request(tx, booking, part.id, { ...decision, amount: part.amount }))
    else done.refundIds.push(await givePart(tx, booking, part.id, { amount: part.amount, kind, reason }))
  }
  return done
}

async function request(tx: Tx, booking: LockedBooking, paymentId: string, decision: Decision): Promise<string> {
  const { actor } = tx.ctx
  if (actor.kind !== 'user' || !actor.id)
    throw new AppError('forbidden', 'A refund of that much is asked for by a person, and approved by another.')
  const id = tx.ctx.ids.next()
  const [made] = await tx.run(
    tx.db
      .insertInto('refund_requests')
      .values({
        id,
        booking_id: booking.id,
        payment_id: paymentId,
        kind: decision.kind,
        amount: decision.amount,
        currency: booking.currency,
        policy_amount: decision.byPolicy,
        reason: decision.reason,
        requested_by: actor.id,
        requested_at: tx.now,
      })
      .onConflict((oc) => oc.column('payment_id').where('outcome', 'is', null).doNothing())
      .returning('ref'),
  )
  if (!made) throw new AppError('conflict', 'A refund of this payment waits for a second person already.')
  const { amount, kind, reason } = decision
  tx.audit({
    action: 'refund.requested',
    entityType: 'refund_request',
    entityId: id,
    entityRef: made.ref,
    after: { bookingId: booking.id, paymentId, kind, amount, currency: booking.currency },
    reason,
  })
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: `Refund ${made.ref} waits for a second person`, body: reason })
  await createTask(tx.as(systemActor('two people')), {
    type: 'refund_approval',
    subject: `${made.ref}: a refund for ${booking.ref} waits for a second person`,
    priority: 'high',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    dedupeKey: `refund-request:${id}`,
  })
  return id
}
