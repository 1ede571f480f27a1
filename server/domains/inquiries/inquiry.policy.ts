import { sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'

/** Which inquiries this actor may see at all: theirs and nobody's, or every one; a key sees those it brought in. */
export function visibleInquiries(ctx: Pick<Ctx, 'actor'>) {
  if (ctx.actor.kind === 'system' || may(ctx, 'inquiries.read_all')) return sql<boolean>`true`
  if (ctx.actor.kind === 'api_key') {
    return sql<boolean>`exists (select 1 from audit_log al where al.entity_type = 'inquiry' and al.entity_id = q.id
      and al.action = 'inquiry.created' and al.actor_id = ${ctx.actor.id}::uuid)`
  }
  return sql<boolean>`(q.assignee_id is null or q.assignee_id = ${ctx.actor.id}::uuid)`
}
