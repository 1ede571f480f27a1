import { sql } from 'kysely'
import { type FeedRow, isEntitled, resumable } from '#server/realtime/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/**
 * What changed since an event of the live feed, the newest of each entity, as far as this person may see it: by the
 * same rule as the feed itself. `reset` when the feed no longer keeps what was missed.
 */
export async function readChanges(ctx: CallCtx, { since, limit }: { since: number; limit: number }) {
  const newest = async () => {
    const { rows } = await sql<{
      seq: number
    }>`select coalesce(max(seq), 0) as seq from domain_events where seq is not null`.execute(ctx.db)
    return rows[0]?.seq ?? 0
  }
  if (!(await resumable(ctx.db, since))) return { reset: true, seq: await newest(), more: false, items: [] }
  const { rows } = await sql<FeedRow>`
    select seq, type, entity_type, entity_id, entity_ref, assignee_id, previous_assignee_id, occurred_at
    from domain_events where seq > ${since} order by seq limit ${limit}`.execute(ctx.db)
  const viewer = { permissions: ctx.actor.permissions, userId: ctx.actor.kind === 'user' ? ctx.actor.id : null }
  const latest = new Map<string, FeedRow>()
  for (const row of rows) if (isEntitled(viewer, row)) latest.set(`${row.entity_type}:${row.entity_id}`, row)
  return {
    reset: false,
    seq: rows.at(-1)?.seq ?? since,
    more: rows.length === limit,
    items: [...latest.values()]
      .map((row) => ({ seq: row.seq, type: row.type, entityType: row.entity_type, entityId: row.entity_id }))
      .sort((a, b) => a.seq - b.seq),
  }
}
