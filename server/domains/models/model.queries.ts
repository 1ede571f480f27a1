import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { may } from '#server/context.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { notFound } from '#server/errors.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { modelLifecycle } from './model.machine.ts'
import { mayReadInternal, readableModels, requireInternal } from './model.policy.ts'
import { MODEL_COLUMNS } from './model.repository.ts'
import type { ListModelsInput, ModelOut } from './model.schema.ts'

function withPlace(db: Db) {
  return db
    .selectFrom('models as m')
    .innerJoin('locations as l', 'l.id', 'm.primary_location_id')
    .select(MODEL_COLUMNS)
    .select(['l.slug as location_slug', 'l.title as location_title', 'l.zone as location_zone'])
}

const SORTS: Record<string, SortColumn> = {
  name: { ref: 'm.name', kind: 'text' },
  createdAt: { ref: 'm.created_at', kind: 'time' },
  internalRating: { ref: 'm.internal_rating', kind: 'number' },
}

function readListRows(ctx: CallCtx, input: ListModelsInput) {
  if (input.sort.endsWith('internalRating')) requireInternal(ctx)
  let query = withPlace(ctx.db).where(readableModels(ctx))
  if (input.status) query = query.where('m.status', 'in', input.status)
  if (input.visibility) query = query.where('m.visibility', 'in', input.visibility)
  if (input.location) {
    query = query.where(
      sql<boolean>`(l.slug = ${input.location} or exists (select 1 from model_locations ml join locations s on s.id = ml.location_id
        where ml.model_id = m.id and s.slug = ${input.location}))`,
    )
  }
  if (input.service) {
    query = query.where(
      sql<boolean>`exists (select 1 from model_services ms join services s on s.id = ms.service_id
        where ms.model_id = m.id and s.code = ${input.service})`,
    )
  }
  if (input.category) {
    query = query.where(
      sql<boolean>`exists (select 1 from model_services ms join services s on s.id = ms.service_id
        join service_categories sc on sc.id = s.category_id where ms.model_id = m.id and sc.code = ${input.category})`,
    )
  }
  if (input.q) {
    const words = `%${input.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    query = query.where(sql<boolean>`(m.name ilike ${words} or m.public_code = ${input.q.replace(/^#/, '').toUpperCase()})`)
  }
  return pageOf(query, input, SORTS, 'm.id')
}

type Row = Awaited<ReturnType<typeof readListRows>>['items'][number]

function listItem(ctx: CallCtx, row: Row) {
  return {
    id: row.id,
    ref: row.public_code,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    publicCode: row.public_code,
    name: row.name,
    slug: row.slug,
    visibility: row.visibility,
    primaryLocation: { slug: row.location_slug, title: row.location_title, zone: row.location_zone },
    internalRating: mayReadInternal(ctx) ? row.internal_rating : null,
  }
}

export async function listModels(ctx: CallCtx, input: ListModelsInput) {
  const page = await readListRows(ctx, input)
  return { ...page, items: page.items.map((row) => listItem(ctx, row)) }
}

/** One model with all that this person may see of it. Throws `not_found`. */
export async function readModel(ctx: CallCtx, id: string): Promise<ModelOut> {
  const row = await withPlace(ctx.db).where('m.id', '=', id).where(readableModels(ctx)).executeTakeFirst()
  if (!row) throw notFound('model')
  const internal = mayReadInternal(ctx)
  const [stats, locations, services, rates, addresses, notes] = await Promise.all([
    readStats(ctx.db, id),
    readLocations(ctx.db, id),
    readServices(ctx.db, id),
    readRates(ctx.db, id),
    internal ? readAddresses(ctx.db, id) : null,
    internal ? listNotes(ctx.db, 'model', id) : null,
  ])
  return {
    ...listItem(ctx, row),
    statusReason: internal ? row.status_reason : null,
    bufferBeforeMin: row.buffer_before_min,
    bufferAfterMin: row.buffer_after_min,
    stats,
    locations,
    services,
    rates,
    internalNotes: internal ? row.internal_notes : null,
    addresses,
    notes,
    possible: may(ctx, 'models.transition') ? possibleFrom(modelLifecycle, row.status, {}) : [],
  }
}

async function readStats(db: Db, modelId: string): Promise<ModelOut['stats']> {
  const row = await db
    .selectFrom('model_stats')
    .select(['age', 'height_cm as heightCm', 'weight_kg as weightKg', 'dress_uk as dressUk', 'shoe_uk as shoeUk', 'hair', 'eyes'])
    .select(['smoking', 'tattoos', 'piercings', 'nationality', 'languages'])
    .where('model_id', '=', modelId)
    .executeTakeFirst()
  return row ?? null
}

function readLocations(db: Db, modelId: string): Promise<ModelOut['locations']> {
  return db
    .selectFrom('model_locations as ml')
    .innerJoin('locations as l', 'l.id', 'ml.location_id')
    .select(['l.slug', 'l.title', 'l.zone'])
    .where('ml.model_id', '=', modelId)
    .orderBy('l.title')
    .execute()
}

/** Extras of services are in the currency of the model's rates, or pounds without any. */
async function readServices(db: Db, modelId: string): Promise<ModelOut['services']> {
  const rows = await db
    .selectFrom('model_services as ms')
    .innerJoin('services as s', 's.id', 'ms.service_id')
    .innerJoin('service_categories as sc', 'sc.id', 's.category_id')
    .select(['s.code', 's.name', 'sc.code as category', 'ms.extra_amount', 'ms.notes'])
    .select(sql<string>`coalesce((select min(currency) from model_rates r where r.model_id = ms.model_id), 'GBP')`.as('currency'))
    .where('ms.model_id', '=', modelId)
    .orderBy('ms.sort_order')
    .orderBy('s.name')
    .execute()
  return rows.map(({ extra_amount, currency, ...row }) => ({ ...row, extra: { amount: extra_amount, currency } }))
}

async function readRates(db: Db, modelId: string): Promise<ModelOut['rates']> {
  const rows = await db
    .selectFrom('model_rates as r')
    .innerJoin('locations as l', 'l.id', 'r.location_id')
    .select(['l.slug as location', 'r.duration', 'r.call_type', 'r.price_amount', 'r.taxi_amount', 'r.currency'])
    .where('r.model_id', '=', modelId)
    .orderBy('l.title')
    .orderBy(sql`array_position(array['30m', '45m', '1h', '90m', '2h', 'overnight'], r.duration)`)
    .orderBy('r.call_type')
    .execute()
  return rows.map((row) => ({
    location: row.location,
    duration: row.duration,
    callType: row.call_type,
    price: { amount: row.price_amount, currency: row.currency },
    taxi: { amount: row.taxi_amount, currency: row.currency },
  }))
}

async function readAddresses(db: Db, modelId: string): Promise<ModelOut['addresses']> {
  return db
    .selectFrom('model_addresses')
    .select(['id', 'street', 'flat', 'floor', 'post_code as postCode', 'nearest_station as nearestStation'])
    .select('airport_outcalls as airportOutcalls')
    .where('model_id', '=', modelId)
    .orderBy('id')
    .execute()
}
