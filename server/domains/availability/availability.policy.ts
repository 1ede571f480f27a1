import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/** Rules, slots and exceptions are part of what a model is: whoever may read models may read all of them. */
export function readableRules(ctx: Pick<Ctx, 'actor'>) {
  return may(ctx, 'models.read') ? sql<boolean>`true` : sql<boolean>`false`
}
