import type { Tx } from '#server/transact.ts'
import { queueEffect } from './effects.ts'
import { type LockedPayment, OPEN, updatePayment } from './payment.repository.ts'

/** Nothing is to be paid by it any more: the booking is confirmed, cancelled or expired. Locked here; its booking by the caller. */
export async function closeLinksOf(tx: Tx, bookingId: string, why: string): Promise<number> {
  const open = await tx.run(
    tx.db
      .selectFrom('payments')
      .selectAll()
      .where('booking_id', '=', bookingId)
      .where('purpose', '=', 'deposit')
      .where('status', 'in', OPEN)
      .orderBy('id')
      .forUpdate(),
  )
  for (const payment of open) close(tx, payment, why)
  return open.length
}

function close(tx: Tx, payment: LockedPayment, why: string): void {
  const entity = { entityType: 'payment', entityId: payment.id, entityRef: payment.ref }
  if (payment.expires_at === null || payment.expires_at > tx.now) {
    updatePayment(tx, payment.id, { expires_at: tx.now })
    tx.audit({
      action: 'payment.link_closed',
      ...entity,
      before: { expires_at: payment.expires_at },
      after: { expires_at: tx.now },
      reason: why,
    })
  }
  tx.event({
    type: 'payment.updated',
    ...entity,
    payload: { fields: ['expiresAt'] },
    timers: [queueEffect(tx, { kind: 'stripe.intent.cancel', key: payment.id, paymentId: payment.id, payload: {} })],
  })
}
