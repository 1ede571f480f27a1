import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/**
 * Which tasks (alias `t`) this actor may see at all: those assigned to them or to nobody, or every one. A condition of
 * the query itself, so a foreign task and an unknown one look the same.
 */
export function visibleTasks(ctx: Pick<Ctx, 'actor'>) {
  if (may(ctx, 'tasks.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind !== 'user' || !may(ctx, 'tasks.read')) return sql<boolean>`false`
  return sql<boolean>`(t.assignee_id is null or t.assignee_id = ${ctx.actor.id}::uuid)`
}
