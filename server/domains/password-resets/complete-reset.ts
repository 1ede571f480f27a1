import { endAccess } from '#server/auth/end-access.ts'
import { hashPassword } from '#server/auth/passwords.ts'
import { limit } from '#server/auth/rate-limits.ts'
import { hashOf } from '#server/auth/sessions.ts'
import type { Actor } from '#server/context.ts'
import { withdrawMessages } from '#server/domains/messages/index.ts'
import { notifyOfSecurity } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { endOpenResets } from './request-reset.ts'

/** The same answer to a link that was used, is over, was replaced or never was. */
function deadLink(): AppError {
  return new AppError('not_found', 'This link does not work any more. Ask for a new one on the sign-in page.')
}

function selectOpen(ctx: Pick<CallCtx, 'db'>, token: string, now: Date) {
  return ctx.db
    .selectFrom('password_resets as r')
    .innerJoin('users as u', 'u.id', 'r.user_id')
    .select(['r.id', 'r.message_id', 'u.id as userId', 'u.name', 'u.email'])
    .where('r.token_hash', '=', hashOf(token))
    .where('r.expires_at', '>', now)
    .where('u.disabled_at', 'is', null)
}

/** Whose password this link changes. Throws `not_found` in the same words for every link that does not work. */
export async function openReset(ctx: CallCtx, token: string): Promise<{ email: string; name: string }> {
  if (ctx.ip) await limit(ctx, 'link-address', ctx.ip)
  const row = await selectOpen(ctx, token, ctx.clock.now()).executeTakeFirst()
  if (!row) throw deadLink()
  return { email: row.email, name: row.name }
}

/**
 * Sets the password of the link's user and ends all their sessions; signs nobody in, so that the second factor is still
 * asked for. The link works once: of two who use it at the same time one is too late.
 */
export async function completeReset(ctx: CallCtx, input: { token: string; password: string }): Promise<{ email: string }> {
  await openReset(ctx, input.token)
  const hash = await hashPassword(input.password)
  return transact(ctx, async (tx) => {
    const reset = await lockOpen(tx, input.token)
    if (!reset) throw deadLink()
    tx.send(tx.db.updateTable('password_resets').set({ state: 'used', token_hash: null }).where('id', '=', reset.id))
    withdrawMessages(tx, [reset.message_id])
    await endOpenResets(tx, reset.userId)
    await setPassword(tx, reset, hash)
    return { email: reset.email }
  })
}

/** The user first, as everyone does who touches their links. */
async function lockOpen(tx: Tx, token: string) {
  const [found] = await tx.run(selectOpen(tx, token, tx.now))
  if (!found) return undefined
  tx.send(tx.db.selectFrom('users').select('id').where('id', '=', found.userId).forNoKeyUpdate())
  const [reset] = await tx.run(selectOpen(tx, token, tx.now).forUpdate('r'))
  return reset
}

async function setPassword(tx: Tx, user: { userId: string; name: string; email: string }, hash: string): Promise<void> {
  const { userId, name, email } = user
  tx.send(
    tx.db
      .updateTable('users')
      .set((eb) => ({ password_hash: hash, version: eb('version', '+', 1), updated_at: tx.now }))
      .where('id', '=', userId),
  )
  endAccess(tx, userId)
  await notifyOfSecurity(
    tx,
    userId,
    'Your password for Virel was changed',
    'Your password was changed by a link that was sent to you, and you were signed out everywhere.',
  )
  const self: Actor = { kind: 'user', id: userId, name, email, roles: [], permissions: new Set() }
  tx.as(self).audit({ action: 'user.password_reset', entityType: 'user', entityId: userId })
  tx.event({ type: 'user.updated', entityType: 'user', entityId: userId, payload: { fields: ['password'] } })
}
