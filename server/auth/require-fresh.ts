import type { Ctx } from '#server/context.ts'
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
  const since = actor.authenticatedAt?.getTime() ?? 0
  if (ctx.clock.now().getTime() - since > FRESH_MINUTES * 60_000) {
    throw new AppError('reauthenticate', 'Confirm that it is you: this needs a sign-in of the last minutes.')
  }
}
