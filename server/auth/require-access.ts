import type { Ctx } from '#server/context.ts'
import { may } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { Access } from '#server/trpc/init.ts'
import { PERMISSIONS } from './permissions.ts'

/** The first of the three layers: throws `unauthenticated` or `forbidden` unless this actor may call at all. */
export function requireAccess(ctx: Pick<Ctx, 'actor'>, access: Access): void {
  if (access === 'public' || ctx.actor.kind === 'system') return
  if (ctx.actor.kind === 'anonymous') throw new AppError('unauthenticated', 'Sign in first.')
  if (access === 'signed_in') return
  if (!may(ctx, access)) {
    throw new AppError('forbidden', `Your role does not include “${PERMISSIONS[access]}”. Ask the owner if you need it.`)
  }
}
