import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/**
 * Which bookings this actor may see at all: those assigned to them or to nobody, or every one. A condition of the
 * query itself, so a foreign booking and an unknown one look the same.
 */
export function visibleBookings(ctx: Pick<Ctx, 'actor'>) {
  if (ctx.actor.kind === 'system' || may(ctx, 'bookings.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind === 'api_key') return sql<boolean>`false`
  return sql<boolean>`(b.assignee_id is null or b.assignee_id = ${ctx.actor.id}::uuid)`
}
