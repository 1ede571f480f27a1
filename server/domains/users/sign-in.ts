import { maskEmail } from '#server/auth/mask-pii.ts'
import { verifyPassword } from '#server/auth/passwords.ts'
import { freeLimit, limit } from '#server/auth/rate-limits.ts'
import type { Actor } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { LoginInput } from './user.schema.ts'

interface SignedIn {
  token: string
  expiresAt: Date
  user: Actor
}

/**
 * Starts a session. Unknown, disabled and wrong answer with the same words after the same work. Each try is counted
 * before the password is looked at, per address and per account, so parallel guesses are not faster than single ones;
 * a success frees the account. Throws `unauthenticated` or `rate_limited`.
 */
export async function signIn(ctx: CallCtx, input: LoginInput): Promise<SignedIn> {
  if (ctx.ip) await limit(ctx, 'login-address', ctx.ip)
  await limit(ctx, 'login-account', input.email)
  const user = await ctx.db
    .selectFrom('users')
    .select(['id', 'name', 'password_hash', 'disabled_at'])
    .where('email', '=', input.email)
    .executeTakeFirst()
  const fits = await verifyPassword(user?.password_hash, input.password)
  if (!user || !fits || user.disabled_at) {
    await auditFailure(ctx, user?.id ?? null, input.email)
    throw new AppError('unauthenticated', 'The email address or the password is wrong.')
  }
  const { token, expiresAt } = await ctx.sessions.start(user.id, { ip: ctx.ip, agent: ctx.agent })
  const resolved = await ctx.sessions.resolve(token)
  // Disabled between the check and here.
  if (!resolved) throw new AppError('unauthenticated', 'The email address or the password is wrong.')
  await auditSuccess(ctx, resolved.actor)
  await freeLimit(ctx, 'login-account', input.email)
  return { token, expiresAt, user: resolved.actor }
}

function auditFailure(ctx: CallCtx, userId: string | null, email: string): Promise<void> {
  return transact(ctx, async (tx) => {
    // The address is masked: a password typed into the wrong field must not be kept.
    tx.audit({ action: 'user.sign_in_failed', entityType: 'user', entityId: userId, after: { email: maskEmail(email) } })
  })
}

function auditSuccess(ctx: CallCtx, actor: Actor): Promise<void> {
  return transact(ctx, async (tx) => {
    tx.send(tx.db.updateTable('users').set({ last_sign_in_at: tx.now }).where('id', '=', actor.id))
    tx.as(actor).audit({ action: 'user.signed_in', entityType: 'user', entityId: actor.id })
  })
}
