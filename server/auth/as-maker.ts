import type { CallCtx } from '#server/trpc/init.ts'
import type { Permission } from './permissions.ts'

/**
 * For reading back what this very call made: its maker is told of it, also one whose policy could not find it (yet):
 * an API key's rows are found by their audit row, which is written at the end. Masking asks the call's own context.
 */
export function asMaker(ctx: CallCtx, readAll: Permission): CallCtx {
  const permissions = new Set([...ctx.actor.permissions, readAll])
  return { ...ctx, actor: { ...ctx.actor, permissions } }
}
