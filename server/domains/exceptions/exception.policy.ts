import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/**
 * Which exceptions (alias `x`) this actor may see at all: those assigned to them or to nobody, or every one. A
 * condition of the query itself, so a foreign exception and an unknown one look the same.
 */
export function visibleExceptions(ctx: Pick<Ctx, 'actor'>) {
  if (may(ctx, 'exceptions.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind !== 'user' || !may(ctx, 'exceptions.read')) return sql<boolean>`false`
  return sql<boolean>`(x.assignee_id is null or x.assignee_id = ${ctx.actor.id}::uuid)`
}
