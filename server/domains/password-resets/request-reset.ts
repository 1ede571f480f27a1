import { newLinkToken } from '#server/auth/link-token.ts'
import { limit } from '#server/auth/rate-limits.ts'
import { queueMessage, withdrawMessages } from '#server/domains/messages/index.ts'
import { lockUser, requireManageable } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** How long a link works. */
const MINUTES = 60

/**
 * Someone has forgotten their password. Known and unknown addresses cost the same statements and get the same answer: whose
 * address it is is found out by a job, later. Throws `rate_limited`, counted alike for both.
 */
export async function requestReset(ctx: CallCtx, { email }: { email: string }): Promise<void> {
  if (ctx.ip) await limit(ctx, 'reset-address', ctx.ip)
  await limit(ctx, 'reset-account', email)
  await transact(ctx, async (tx) => {
    const id = tx.ctx.ids.next()
    const row = { id, email, expires_at: inMinutes(tx, MINUTES), created_at: tx.now }
    tx.send(tx.db.insertInto('password_resets').values(row))
    tx.event({ type: 'password_reset.requested', entityType: 'password_reset', entityId: id })
  })
}

/** The job behind requestReset: writes the message when the address is a user's who may sign in, else forgets it. Harmless when repeated. */
export async function prepareReset(tx: Tx, id: string): Promise<void> {
  const [reset] = await tx.run(
    tx.db.selectFrom('password_resets').select(['id', 'email']).where('id', '=', id).where('state', '=', 'requested').forUpdate(),
  )
  if (!reset) return
  const [user] = await tx.run(
    tx.db
      .selectFrom('users')
      .select(['id', 'name', 'email'])
      .where('email', '=', reset.email)
      .where('disabled_at', 'is', null)
      .forNoKeyUpdate(),
  )
  if (!user) {
    tx.send(tx.db.deleteFrom('password_resets').where('id', '=', id))
    return
  }
  await endOpenResets(tx, user.id)
  const { hash, expiresAt, messageId } = writeLink(tx, user, 'Someone, most likely you, asked for a new password for Virel.')
  tx.send(
    tx.db
      .updateTable('password_resets')
      .set({ state: 'open', user_id: user.id, token_hash: hash, expires_at: expiresAt, message_id: messageId })
      .where('id', '=', id),
  )
  tx.audit({ action: 'user.password_reset_requested', entityType: 'user', entityId: user.id })
}

/**
 * Sends someone a link to choose a new password. Throws `not_found`, `forbidden` for who is beyond the actor's reach,
 * `conflict` for who may not sign in.
 */
export async function sendReset(tx: Tx, userId: string): Promise<void> {
  const user = await lockUser(tx, userId)
  await requireManageable(tx, user.roles)
  if (user.disabled_at !== null) throw new AppError('conflict', `${user.name} may not sign in. Enable them first.`)
  await endOpenResets(tx, user.id)
  const { hash, expiresAt, messageId } = writeLink(
    tx,
    user,
    `${tx.ctx.actor.name} sends you this link to a new password for Virel.`,
  )
  tx.send(
    tx.db.insertInto('password_resets').values({
      id: tx.ctx.ids.next(),
      email: user.email,
      state: 'open',
      user_id: user.id,
      token_hash: hash,
      expires_at: expiresAt,
      message_id: messageId,
      requested_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
    }),
  )
  tx.audit({ action: 'user.password_reset_sent', entityType: 'user', entityId: user.id })
}

/** Of several links only the newest works. */
export async function endOpenResets(tx: Tx, userId: string): Promise<void> {
  const ended = await tx.run(
    tx.db
      .updateTable('password_resets')
      .set({ state: 'dead', token_hash: null })
      .where('user_id', '=', userId)
      .where('state', '=', 'open')
      .returning('message_id'),
  )
  withdrawMessages(
    tx,
    ended.map((row) => row.message_id),
  )
}

function inMinutes(tx: Tx, minutes: number): Date {
  return new Date(tx.now.getTime() + minutes * 60_000)
}

function writeLink(tx: Tx, user: { id: string; name: string; email: string }, why: string) {
  const { token, hash } = newLinkToken()
  const expiresAt = inMinutes(tx, MINUTES)
  const messageId = queueMessage(tx, {
    kind: 'password_reset',
    to: { email: user.email, userId: user.id },
    subject: 'Choose a new password for Virel',
    body: [
      `Hello ${user.name},`,
      `${why} Choose it here:`,
      `${tx.ctx.appUrl}/reset-password?token=${token}`,
      'The link works once, for an hour. If it was not you, leave it be: nothing has changed.',
    ].join('\n\n'),
    expiresAt,
  })
  return { hash, expiresAt, messageId }
}
