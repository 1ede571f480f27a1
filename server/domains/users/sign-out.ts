import { AppError } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** The session this request came with; throws `forbidden` for an API key, which has none. */
export function requireSession(ctx: CallCtx): { token: string; userId: string } {
  if (ctx.actor.kind !== 'user' || ctx.token === null || ctx.actor.id === null) {
    throw new AppError('forbidden', 'This is for people who have signed in, not for API keys.')
  }
  return { token: ctx.token, userId: ctx.actor.id }
}

/** Ends this request's session. */
export async function signOut(ctx: CallCtx): Promise<void> {
  const { token, userId } = requireSession(ctx)
  await ctx.sessions.end(token)
  if (ctx.via === 'screen') ctx.answer.cookies = { ...ctx.answer.cookies, session: null }
  await transact(ctx, async (tx) => tx.audit({ action: 'user.signed_out', entityType: 'user', entityId: userId }))
}

/** Prolongs this request's session if it is due, never beyond its absolute end; the token stays. */
export async function refreshSession(ctx: CallCtx) {
  const { token } = requireSession(ctx)
  const resolved = await ctx.sessions.resolve(token)
  if (!resolved) throw new AppError('unauthenticated', 'This session has ended. Sign in again.')
  return { token, expiresAt: resolved.expiresAt, user: resolved.actor }
}
