import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { readableRules } from './availability.policy.ts'
import type { ListExceptionsInput } from './day-exception.schema.ts'
import { clockText } from './wall-clock.ts'

function withModel(db: Db) {
  return db
    .selectFrom('availability_exceptions as e')
    .innerJoin('models as m', 'm.id', 'e.model_id')
    .select(['e.id', 'e.model_id', 'e.on_day', 'e.opens', 'e.from_minute', 'e.to_minute', 'e.note', 'e.version'])
    .select(['e.created_at', 'e.updated_at', 'm.name as model_name'])
}

type Row = Awaited<ReturnType<ReturnType<typeof withModel>['execute']>>[number]

function exceptionOf(row: Row) {
  return {
    id: row.id,
    model: { id: row.model_id, name: row.model_name },
    day: row.on_day,
    opens: row.opens,
    from: clockText(row.from_minute),
    to: row.to_minute === 1440 ? '24:00' : clockText(row.to_minute),
    note: row.note,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const SORTS: Record<string, SortColumn> = {
  day: { ref: 'e.on_day', kind: 'date' },
  createdAt: { ref: 'e.created_at', kind: 'time' },
}

export async function listExceptions(ctx: CallCtx, input: ListExceptionsInput) {
  let query = withModel(ctx.db).where(readableRules(ctx)).where('m.deleted_at', 'is', null)
  if (input.modelId) query = query.where('e.model_id', '=', input.modelId)
  if (input.from) query = query.where('e.on_day', '>=', input.from)
  if (input.to) query = query.where('e.on_day', '<=', input.to)
  if (input.opens !== undefined) query = query.where('e.opens', '=', input.opens)
  const page = await pageOf(query, input, SORTS, 'e.id')
  return { ...page, items: page.items.map(exceptionOf) }
}

/** Throws `not_found`. */
export async function readException(ctx: CallCtx, id: string) {
  const row = await withModel(ctx.db).where('e.id', '=', id).where(readableRules(ctx)).executeTakeFirst()
  if (!row) throw notFound('exception')
  return exceptionOf(row)
}
