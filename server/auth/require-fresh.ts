import type { Actor, Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** How long a sign-in, or its confirmation, counts for sensitive acts. */
export const FRESH_MINUTES = 15

/**
 * For acts that a found open screen or a stolen session must not be able to do. Throws `reauthenticate` unless this person
 * proved who they are within the last minutes, `forbidden` for an API key, behind which nobody stands who could.
 */
export function requireFresh(ctx: Pick<Ctx, 'actor' | 'clock'>): void {
  const { actor } = ctx
  if (actor.kind === 'system') return
  if (actor.kind !== 'user') throw new AppError('forbidden', 'This is for people who have signed in, not for API keys.')
  const until = freshUntil(actor)
  if (!until || ctx.clock.now() > until) {
    throw new AppError('reauthenticate', 'Confirm that it is you: this needs a sign-in of the last minutes.')
  }
}

/** Until when this person's last proof counts; undefined when there was none. */
export function freshUntil(actor: Actor): Date | undefined {
  return actor.authenticatedAt && new Date(actor.authenticatedAt.getTime() + FRESH_MINUTES * 60_000)
}
