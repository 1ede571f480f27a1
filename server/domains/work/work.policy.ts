import { type RawBuilder, sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'
import { type Kind, WORK } from './work-item.ts'

/** Whose items of a kind an actor may see at all: everyone's, their own and nobody's, or none. */
export function reachOf(ctx: Pick<Ctx, 'actor'>, kind: Kind): 'all' | 'own' | 'none' {
  if (may(ctx, `${kind}s.read_all`)) return 'all'
  return ctx.actor.kind === 'user' && may(ctx, `${kind}s.read`) ? 'own' : 'none'
}

/**
 * Which tasks (alias `t`) or exceptions (alias `x`) this actor may see: those assigned to them or to nobody, or every
 * one. A condition of the query itself, so a foreign one and an unknown one look the same.
 */
export function visibleWork(ctx: Pick<Ctx, 'actor'>, kind: Kind): RawBuilder<boolean> {
  const reach = reachOf(ctx, kind)
  if (reach === 'all') return sql<boolean>`true`
  if (reach === 'none') return sql<boolean>`false`
  const assignee = sql.ref(`${WORK[kind].alias}.assignee_id`)
  return sql<boolean>`(${assignee} is null or ${assignee} = ${ctx.actor.id}::uuid)`
}
