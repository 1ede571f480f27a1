import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { visibleHolds } from './hold.repository.ts'
import type { HoldOut, ListHoldsInput } from './hold.schema.ts'

function withNames(db: Db) {
  return db
    .selectFrom('time_holds as h')
    .innerJoin('clients as c', 'c.id', 'h.client_id')
    .innerJoin('models as m', 'm.id', 'h.model_id')
    .innerJoin('locations as l', 'l.id', 'h.location_id')
    .leftJoin('bookings as b', 'b.id', 'h.booking_id')
    .leftJoin('users as u', 'u.id', 'h.created_by')
    .select([
      'h.id',
      'h.status',
      'h.version',
      'h.created_at',
      'h.updated_at',
      'h.client_id',
      'h.model_id',
      'h.starts_at',
      'h.ends_at',
      'h.call_type',
      'h.expires_at',
      'h.latest_at',
      'h.booking_id',
      'h.created_by',
      'c.ref as client_ref',
      'c.name as client_name',
      'm.name as model_name',
      'm.public_code as model_code',
      'l.slug as location_slug',
      'l.title as location_title',
      'l.zone as location_zone',
      'b.ref as booking_ref',
      'u.name as by_name',
    ])
}

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'h.created_at', kind: 'time' } }

type Row = Awaited<ReturnType<ReturnType<typeof withNames>['executeTakeFirstOrThrow']>>

function holdItem(row: Row, now: Date): HoldOut {
  const stands = row.status === 'held' && row.expires_at > now
  return {
    id: row.id,
    // A hold that nobody has expired yet is over all the same.
    status: row.status === 'held' && !stands ? 'expired' : row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    client: { id: row.client_id, ref: row.client_ref, name: row.client_name },
    model: { id: row.model_id, name: row.model_name, publicCode: row.model_code },
    location: row.location_slug,
    place: { slug: row.location_slug, title: row.location_title, zone: row.location_zone },
    start: row.starts_at,
    end: row.ends_at,
    callType: row.call_type,
    expiresAt: row.expires_at,
    latestAt: row.latest_at,
    extendableTo: stands && row.expires_at < row.latest_at ? row.latest_at : null,
    booking: row.booking_id === null ? null : { id: row.booking_id, ref: row.booking_ref ?? '' },
    by: row.created_by === null ? null : { id: row.created_by, name: row.by_name ?? '' },
  }
}

export async function listHolds(ctx: CallCtx, input: ListHoldsInput) {
  let query = withNames(ctx.db).where(visibleHolds(ctx))
  if (input.modelId) query = query.where('h.model_id', '=', input.modelId)
  if (input.clientId) query = query.where('h.client_id', '=', input.clientId)
  const page = await pageOf(query, input, SORTS, 'h.id', { ref: 'h.status', values: input.status })
  return { ...page, items: page.items.map((row) => holdItem(row, ctx.clock.now())) }
}

/** Throws `not_found`. */
export async function readHold(ctx: CallCtx, id: string): Promise<HoldOut> {
  const row = await withNames(ctx.db).where('h.id', '=', id).where(visibleHolds(ctx)).executeTakeFirst()
  if (!row) throw notFound('hold')
  return holdItem(row, ctx.clock.now())
}
