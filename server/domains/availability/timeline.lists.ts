import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { type EntryRow, entriesOf, entryOf, rosterWhere } from './timeline.queries.ts'
import type { EntriesInput } from './timeline.schema.ts'

const SORTS: Record<string, SortColumn> = {
  start: { ref: 'e.starts_at', kind: 'time' },
  end: { ref: 'e.ends_at', kind: 'time' },
  model: { ref: 'm.name', kind: 'text' },
  kind: { ref: 'e.kind', kind: 'text' },
}

/** What the timeline shows, as a table of a window: page by page, by time, by model or by kind. */
export async function listEntries(ctx: CallCtx, input: EntriesInput) {
  const wanted = sql`(select m.id from models m where ${rosterWhere(ctx, input)})`
  let query = ctx.db
    .selectFrom(sql<EntryRow>`(${entriesOf(ctx, wanted, input)})`.as<'e'>('e'))
    .innerJoin('models as m', 'm.id', 'e.model_id')
    .innerJoin('locations as p', 'p.id', 'm.primary_location_id')
    .selectAll('e')
    .select([
      'm.name as model_name',
      'm.public_code',
      'm.status as model_status',
      'p.title as home',
      'p.slug as home_slug',
      'p.zone as home_zone',
    ])
  if (input.kind) query = query.where('e.kind', 'in', input.kind)
  const page = await pageOf(query, input, SORTS, 'e.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      ...entryOf(row),
      model: {
        id: row.model_id,
        name: row.model_name,
        publicCode: row.public_code,
        status: row.model_status,
        place: row.home,
        location: row.home_slug,
        zone: row.home_zone,
      },
    })),
  }
}
