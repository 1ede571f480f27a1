import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { mayChangeView, visibleViews } from './view.policy.ts'
import type { ListViewsInput } from './view.schema.ts'

/** A person with more has no list but an archive. */
const MOST_SHOWN = 200

function withOwner(db: Db) {
  return db
    .selectFrom('saved_views as v')
    .innerJoin('users as u', 'u.id', 'v.owner_id')
    .select(['v.id', 'v.screen', 'v.name', 'v.query', 'v.is_shared', 'v.owner_id', 'v.version', 'v.created_at', 'v.updated_at'])
    .select('u.name as owner_name')
}

type Row = Awaited<ReturnType<ReturnType<typeof withOwner>['execute']>>[number]

function viewOf(ctx: CallCtx, row: Row) {
  return {
    id: row.id,
    screen: row.screen,
    name: row.name,
    query: row.query,
    isShared: row.is_shared,
    owner: { id: row.owner_id, name: row.owner_name },
    isOwn: row.owner_id === ctx.actor.id,
    mayChange: mayChangeView(ctx, row),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

/** Own and shared views by name, of one screen or of all. */
export async function listViews(ctx: CallCtx, input: ListViewsInput) {
  let query = withOwner(ctx.db).where(visibleViews(ctx))
  if (input.screen) query = query.where('v.screen', '=', input.screen)
  const rows = await query.orderBy(sql`lower(v.name)`).orderBy('v.id').limit(MOST_SHOWN).execute()
  return { items: rows.map((row) => viewOf(ctx, row)) }
}

/** Throws `not_found`, alike for another's own view and for none. */
export async function readView(ctx: CallCtx, id: string) {
  const row = await withOwner(ctx.db).where('v.id', '=', id).where(visibleViews(ctx)).executeTakeFirst()
  if (!row) throw notFound('view')
  return viewOf(ctx, row)
}
