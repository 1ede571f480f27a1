import { createHash } from 'node:crypto'
import type { CallDuration, CallType } from '#db/tables/index.ts'
import type { Ids, Rng } from '#server/context.ts'
import { modelLifecycle } from '#server/domains/models/model.machine.ts'
import { advance, type Living, type LivingRow } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type DemoModel, MODELS } from './models.ts'
import { between, pick } from './people.ts'
import { PLACES, type Place, ZONE } from './places.ts'
import { CATEGORIES } from './services.ts'

export interface SeededModel extends DemoModel {
  id: string
  publicCode: string
}

/** Ids of what was written, by slug and code. */
export interface Catalogue {
  places: Map<string, Place & { id: string }>
  services: Map<string, { id: string; category: string }>
  models: SeededModel[]
}

/** Share of an hour's price. Overnight is ten hours. */
const SHARES: Record<CallDuration, number> = { '30m': 0.6, '45m': 0.8, '1h': 1, '90m': 1.45, '2h': 1.85, overnight: 6.5 }
const DURATIONS = Object.keys(SHARES) as CallDuration[]
const CALL_TYPES: readonly CallType[] = ['incall', 'outcall']
/** What an ordinary hour costs at a place without a model's own rate, in pounds. */
const PLACE_HOUR = 140
const TAXI = 3_000

/** Minor units, rounded to five pounds. */
function price(pounds: number): number {
  return Math.round(pounds / 5) * 500
}

/** Places, their rates, categories and services. */
export async function seedOffer(tx: Tx): Promise<Pick<Catalogue, 'places' | 'services'>> {
  const { ids } = tx.ctx
  const stamps = { created_at: tx.now, updated_at: tx.now }
  const places = new Map(PLACES.map((place) => [place.slug, { ...place, id: ids.next() }]))
  const all = [...places.values()]
  await tx.db
    .insertInto('locations')
    .values(
      all.map(({ id, slug, title, latitude, longitude, popular }) => ({
        id,
        slug,
        title,
        zone: ZONE,
        latitude,
        longitude,
        is_popular: popular,
        ...stamps,
      })),
    )
    .execute()
  await tx.db
    .insertInto('call_rates')
    .values(
      all.flatMap((place) =>
        CALL_TYPES.flatMap((call_type) =>
          DURATIONS.map((duration) => ({
            location_id: place.id,
            duration,
            call_type,
            price_amount: price(PLACE_HOUR * place.factor * SHARES[duration] * (call_type === 'outcall' ? 1.15 : 1)),
          })),
        ),
      ),
    )
    .execute()
  return { places, services: await seedServices(tx, ids) }
}

async function seedServices(tx: Tx, ids: Ids): Promise<Catalogue['services']> {
  const services: Catalogue['services'] = new Map()
  for (const [position, category] of CATEGORIES.entries()) {
    const categoryId = ids.next()
    await tx.db
      .insertInto('service_categories')
      .values({ id: categoryId, code: category.code, name: category.name, sort_order: position })
      .execute()
    for (const service of category.services) services.set(service.code, { id: ids.next(), category: category.code })
    await tx.db
      .insertInto('services')
      .values(
        category.services.map((service, index) => ({
          id: services.get(service.code)?.id ?? '',
          code: service.code,
          name: service.name,
          category_id: categoryId,
          description: service.description,
          has_extra_price: (service.extra ?? 0) > 0,
          requires_equipment: service.equipment ?? false,
          is_popular: service.popular ?? false,
          sort_order: position * 100 + index,
        })),
      )
      .execute()
  }
  return services
}

/** The model with her stats, address, places, services and rates, each with an audit row. */
export async function seedModel(
  tx: Tx,
  model: DemoModel,
  { places, services }: Pick<Catalogue, 'places' | 'services'>,
): Promise<SeededModel> {
  const { ids, rng, actor } = tx.ctx
  const home = places.get(model.home)
  if (!home) throw new Error(`no place ${model.home}`)
  const id = ids.next()
  const [first = model.name] = model.name.split(' ')
  const publicCode = `${first}-${home.code}`.toUpperCase()
  const status = model.status === 'inactive' ? 'inactive' : 'active'
  await tx.db
    .insertInto('models')
    .values({
      id,
      public_code: publicCode,
      name: model.name,
      slug: model.name.toLowerCase().replace(/[^a-z]+/g, '-'),
      status,
      visibility: model.visibility ?? 'public',
      primary_location_id: home.id,
      internal_rating: model.rating,
      internal_notes: model.note ?? '',
      buffer_before_min: model.offers.includes('wellness') ? 15 : 0,
      buffer_after_min: 15,
      created_by: actor.kind === 'user' ? actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .execute()
  await seedParts(tx, id, model, places, services, rng)
  const entity = { entityType: 'model', entityId: id, entityRef: publicCode }
  tx.audit({ action: 'model.created', ...entity, after: { name: model.name, status, visibility: model.visibility ?? 'public' } })
  tx.event({ type: 'model.created', ...entity })
  return { ...model, id, publicCode }
}

async function seedParts(
  tx: Tx,
  id: string,
  model: DemoModel,
  places: Catalogue['places'],
  services: Catalogue['services'],
  rng: Rng,
): Promise<void> {
  await tx.db
    .insertInto('model_stats')
    .values({
      model_id: id,
      age: model.age,
      height_cm: model.height,
      weight_kg: model.weight,
      dress_uk: model.dress,
      shoe_uk: model.shoe,
      hair: model.hair,
      eyes: model.eyes,
      smoking: pick(rng, ['no', 'no', 'no', 'socially']),
      tattoos: pick(rng, ['none', 'none', 'few']),
      piercings: pick(rng, ['none', 'few']),
      nationality: model.nationality,
      languages: [...model.languages],
    })
    .execute()
  const home = places.get(model.home)
  const served = [model.home, ...model.serves].flatMap((slug) => places.get(slug) ?? [])
  await tx.db
    .insertInto('model_addresses')
    .values({
      id: tx.ctx.ids.next(),
      model_id: id,
      street: `${between(rng, 2, 88)} ${pick(rng, ['Orchard', 'Palace', 'Garden', 'Station', 'Mill', 'Church'])} ${pick(rng, ['Row', 'Street', 'Mews', 'Lane'])}`,
      flat: `Flat ${between(rng, 1, 24)}`,
      floor: String(between(rng, 0, 6)),
      post_code: `${home?.postCode} ${between(rng, 1, 9)}${pick(rng, ['AA', 'BD', 'EH', 'JL', 'NP', 'QS'])}`,
      nearest_station: home?.station ?? '',
      airport_outcalls: served.flatMap(({ slug }) => (slug === 'heathrow' || slug === 'gatwick' ? [slug] : [])),
    })
    .execute()
  await tx.db
    .insertInto('model_locations')
    .values(served.map((place) => ({ model_id: id, location_id: place.id })))
    .execute()
  const offered = CATEGORIES.filter((category) => model.offers.includes(category.code)).flatMap((category) =>
    category.services.filter((_service, index) => index < 3 || rng() < 0.7),
  )
  await tx.db
    .insertInto('model_services')
    .values(
      offered.map((service, index) => ({
        model_id: id,
        service_id: services.get(service.code)?.id ?? '',
        extra_amount: (service.extra ?? 0) * 100,
        sort_order: index,
      })),
    )
    .execute()
  await tx.db
    .insertInto('model_rates')
    .values(
      served.flatMap((place) =>
        CALL_TYPES.flatMap((call_type) =>
          DURATIONS.map((duration) => ({
            model_id: id,
            location_id: place.id,
            duration,
            call_type,
            price_amount: price(model.hour * place.factor * SHARES[duration] * (call_type === 'outcall' ? 1.15 : 1)),
            taxi_amount: call_type === 'outcall' && place.slug !== model.home ? TAXI : 0,
          })),
        ),
      ),
    )
    .execute()
}

interface ModelRow extends LivingRow {
  public_code: string
  status_reason: string | null
}

const modelLiving: Living<ModelRow, Record<string, never>> = {
  lifecycle: modelLifecycle,
  entityType: 'model',
  refOf: (row) => row.public_code,
  assigneeOf: () => null,
  facts: async () => ({}),
  accept: async (_tx, _row, { reason }) => ({ status_reason: reason ?? null }),
  actions: {},
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('models')
        .set({ status: row.status as 'suspended', status_reason: row.status_reason, version: row.version, updated_at: tx.now })
        .where('id', '=', row.id),
    )
  },
}

/** Suspends a model through her lifecycle. */
export async function suspendModel(tx: Tx, id: string, reason: string): Promise<void> {
  const row = await tx.db
    .selectFrom('models')
    .select(['id', 'status', 'version', 'public_code', 'status_reason'])
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  await advance(tx, modelLiving, row, { newStatus: 'suspended', reason })
}

export { MODELS }

/** A hash no secret fits: for keys of the demonstration that nobody holds. */
export function unusableHash(rng: Rng): string {
  return createHash('sha256').update(String(rng())).digest('hex')
}
