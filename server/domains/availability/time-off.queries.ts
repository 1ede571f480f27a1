import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { readableRules } from './availability.policy.ts'
import type { ListTimeOffInput, TimeOffOut } from './time-off.schema.ts'

const DAY = 86_400_000

function withNames(db: Db) {
  return db
    .selectFrom('time_blocks as t')
    .innerJoin('models as m', 'm.id', 't.model_id')
    .leftJoin('users as u', 'u.id', 't.created_by')
    .select([
      't.id',
      't.model_id',
      't.starts_at',
      't.ends_at',
      't.reason',
      't.active',
      't.created_at',
      't.updated_at',
      't.created_by',
    ])
    .select(['m.name as model_name', 'u.name as by_name'])
    .where('t.kind', '=', 'time_off')
}

type Row = Awaited<ReturnType<ReturnType<typeof withNames>['executeTakeFirstOrThrow']>>

function itemOf(row: Row): TimeOffOut {
  return {
    id: row.id,
    model: { id: row.model_id, name: row.model_name },
    start: row.starts_at,
    end: row.ends_at,
    reason: row.reason ?? '',
    active: row.active,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    by: row.created_by === null ? null : { id: row.created_by, name: row.by_name ?? '' },
  }
}

const SORTS: Record<string, SortColumn> = { start: { ref: 't.starts_at', kind: 'time' } }

export async function listTimeOff(ctx: CallCtx, input: ListTimeOffInput) {
  let query = withNames(ctx.db).where('t.active', '=', true).where(readableRules(ctx))
  if (input.modelId) query = query.where('t.model_id', '=', input.modelId)
  // Time off is at most 14 days long.
  if (input.from) {
    query = query.where('t.ends_at', '>', input.from).where('t.starts_at', '>', new Date(input.from.getTime() - 14 * DAY))
  }
  if (input.to) query = query.where('t.starts_at', '<', input.to)
  const page = await pageOf(query, input, SORTS, 't.id')
  return { ...page, items: page.items.map(itemOf) }
}

/** Throws `not_found`. */
export async function readTimeOff(ctx: CallCtx, id: string): Promise<TimeOffOut> {
  const row = await withNames(ctx.db).where('t.id', '=', id).where(readableRules(ctx)).executeTakeFirst()
  if (!row) throw notFound('time off')
  return itemOf(row)
}
