import { queueEffect, updatePayment } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { lockLink } from './lock-link.ts'

/**
 * Ends a payment link that nobody has paid by: it opens nothing from now on, and the provider is asked to take nothing more
 * by it. The payment is cancelled when the provider says so; money that was under way is settled as money that came late.
 */
export async function expireLink(tx: Tx, paymentId: string): Promise<void> {
  const { booking, payment } = await lockLink(tx, paymentId)
  if (payment.token_hash === null || !['pending', 'requires_action', 'failed'].includes(payment.status))
    throw new AppError('conflict', 'This link can not be ended: it was paid by, or has ended.')
  if (payment.provider_id === null)
    throw new AppError('conflict', 'The link is being prepared at this moment. End it in a few seconds.')
  if (payment.expires_at !== null && payment.expires_at <= tx.now) return
  updatePayment(tx, paymentId, { expires_at: tx.now })
  const about = { entityType: 'payment', entityId: paymentId, entityRef: payment.ref }
  tx.audit({
    action: 'payment.link_ended',
    ...about,
    before: { expires_at: payment.expires_at },
    after: { expires_at: tx.now },
  })
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: 'Payment link ended', data: { paymentId } })
  const cancel = queueEffect(tx, {
    kind: 'stripe.intent.cancel',
    key: paymentId,
    paymentId,
    payload: { intentId: payment.provider_id },
  })
  tx.event({ type: 'payment.updated', ...about, payload: { fields: ['expires_at'] }, timers: [cancel] })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    payload: { fields: ['payments'] },
    assigneeId: booking.assignee_id,
  })
}
