import { queueMessage } from '#server/domains/messages/index.ts'
import type { Tx } from '#server/transact.ts'

const KEPT_DAYS = 7

/** Tells a person by message what was done to how they sign in: if it was not them, they learn of it. */
export async function notifyOfSecurity(tx: Tx, userId: string, subject: string, text: string): Promise<void> {
  const [user] = await tx.run(tx.db.selectFrom('users').select(['email', 'name']).where('id', '=', userId))
  if (!user) return
  queueMessage(tx, {
    kind: 'security_notice',
    to: { email: user.email, userId },
    subject,
    body: `Hello ${user.name},\n\n${text}\n\nWas it not you? Change your password at once and tell the owner of your agency.\n`,
    expiresAt: new Date(tx.now.getTime() + KEPT_DAYS * 86_400_000),
  })
}
