import { limit } from '#server/auth/rate-limits.ts'
import { queueMessage } from '#server/domains/messages/index.ts'
import { tokenPlace } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { lockLink } from './lock-link.ts'

const WORDS = { deposit: 'deposit', balance: 'rest of the price', difference: 'difference after the change' } as const

/**
 * Sends the client the link of a payment that is still open, by email. Throws `conflict` when there is no address or the link
 * is over, `rate_limited` when it was sent too often.
 */
export async function sendLink(tx: Tx, paymentId: string): Promise<void> {
  const { booking, payment } = await lockLink(tx, paymentId)
  if (payment.sealed_token === null || !['pending', 'requires_action', 'failed'].includes(payment.status))
    throw new AppError('conflict', 'This link is over. Make a new one.')
  if (payment.expires_at !== null && payment.expires_at <= tx.now)
    throw new AppError('conflict', 'This link has ended. Make a new one.')
  const client = await tx.db
    .selectFrom('clients')
    .select(['id', 'name', 'email'])
    .where('id', '=', booking.client_id)
    .executeTakeFirstOrThrow()
  if (client.email === null)
    throw new AppError('conflict', 'No email address is known of this client. Copy the link and hand it over.')
  await limit(tx.ctx, 'pay-send', paymentId)
  const url = `${tx.ctx.appUrl}/pay/${tx.ctx.secrets.open(tokenPlace(paymentId), payment.sealed_token)}`
  const purpose = WORDS[payment.purpose ?? 'deposit']
  queueMessage(tx, {
    kind: 'payment_link',
    to: { email: client.email, clientId: client.id },
    subject: `Your booking ${booking.ref}: pay the ${purpose}`,
    body: `Hello ${client.name},\n\nPlease pay the ${purpose} of your booking ${booking.ref} here:\n\n${url}\n\nWhoever has this link can pay and cancel: keep it to yourself. Questions? Just answer.\n`,
    // Read as long as it may be of use.
    expiresAt: payment.expires_at ?? booking.ends_at,
    paymentId,
  })
  const about = { entityType: 'payment', entityId: paymentId, entityRef: payment.ref }
  tx.audit({ action: 'payment.link_sent', ...about, after: { bookingId: booking.id, channel: 'email' } })
  tx.timeline({ bookingId: booking.id, kind: 'payment', title: 'Payment link sent', data: { paymentId } })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    payload: { fields: ['payments'] },
    assigneeId: booking.assignee_id,
  })
}
