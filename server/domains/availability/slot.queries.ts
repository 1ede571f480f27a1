import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { readableRules } from './availability.policy.ts'
import { type ListSlotsInput, MOST_DAYS } from './slot.schema.ts'

function withModel(db: Db) {
  return db
    .selectFrom('availability_slots as s')
    .innerJoin('models as m', 'm.id', 's.model_id')
    .select(['s.id', 's.model_id', 's.kind', 's.source', 's.confidence', 's.starts_at', 's.ends_at', 's.note', 's.version'])
    .select(['s.created_at', 's.updated_at', 'm.name as model_name'])
}

type Row = Awaited<ReturnType<ReturnType<typeof withModel>['execute']>>[number]

function slotOf(row: Row) {
  return {
    id: row.id,
    model: { id: row.model_id, name: row.model_name },
    kind: row.kind,
    source: row.source,
    confidence: row.confidence,
    start: row.starts_at,
    end: row.ends_at,
    note: row.note,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const SORTS: Record<string, SortColumn> = { start: { ref: 's.starts_at', kind: 'time' } }

/** Slots that reach into a window, by their start. */
export async function listSlots(ctx: CallCtx, input: ListSlotsInput) {
  let query = withModel(ctx.db).where(readableRules(ctx)).where('m.deleted_at', 'is', null)
  if (input.modelId) query = query.where('s.model_id', '=', input.modelId)
  if (input.kind) query = query.where('s.kind', 'in', input.kind)
  if (input.source) query = query.where('s.source', 'in', input.source)
  if (input.from) {
    // A slot has a longest length, so the index by start is read from there.
    query = query
      .where('s.ends_at', '>', input.from)
      .where('s.starts_at', '>', sql<Date>`${input.from}::timestamptz - ${`${MOST_DAYS} days`}::interval`)
  }
  if (input.to) query = query.where('s.starts_at', '<', input.to)
  const page = await pageOf(query, input, SORTS, 's.id')
  return { ...page, items: page.items.map(slotOf) }
}

/** Throws `not_found`. */
export async function readSlot(ctx: CallCtx, id: string) {
  const row = await withModel(ctx.db).where('s.id', '=', id).where(readableRules(ctx)).executeTakeFirst()
  if (!row) throw notFound('slot')
  return slotOf(row)
}
