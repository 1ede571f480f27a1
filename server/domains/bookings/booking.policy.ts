import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/**
 * Which bookings this actor may see at all: those assigned to them or to nobody, or every one; a key sees those that came
 * from the inquiries it brought in. A condition of the query itself, so a foreign booking and an unknown one look the same.
 */
export function visibleBookings(ctx: Pick<Ctx, 'actor'>) {
  if (ctx.actor.kind === 'system' || may(ctx, 'bookings.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind === 'api_key') {
    return sql<boolean>`exists (select 1 from audit_log al where al.entity_type = 'inquiry' and al.entity_id = b.inquiry_id
      and al.action = 'inquiry.created' and al.actor_id = ${ctx.actor.id}::uuid)`
  }
  return sql<boolean>`(b.assignee_id is null or b.assignee_id = ${ctx.actor.id}::uuid)`
}
