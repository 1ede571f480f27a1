import type { Database } from '#db/client.ts'
import { idsFrom } from '#server/context.ts'

/** The least an agency needs to take a booking: a place with rates, two services, models and a client. */
export interface World {
  location: { id: string; slug: string }
  services: { id: string; code: string }[]
  models: { id: string; name: string }[]
  client: { id: string }
}

let counter = 0

export async function makeWorld(database: Database, { models = 2 } = {}): Promise<World> {
  const ids = idsFrom({ now: () => new Date() })
  const now = new Date()
  const n = `${Date.now().toString(36)}${counter++}`
  const location = { id: ids.next(), slug: `mayfair-${n}` }
  const { db } = database
  await db
    .insertInto('locations')
    .values({
      ...location,
      title: 'Mayfair',
      zone: 'Europe/London',
      latitude: 51.5,
      longitude: -0.15,
      created_at: now,
      updated_at: now,
    })
    .execute()
  await db
    .insertInto('call_rates')
    .values([
      { location_id: location.id, duration: '1h', call_type: 'incall', price_amount: 25_000 },
      { location_id: location.id, duration: '2h', call_type: 'incall', price_amount: 45_000 },
    ])
    .execute()
  const category = ids.next()
  await db
    .insertInto('service_categories')
    .values({ id: category, code: `hosting-${n}`, name: 'Hosting' })
    .execute()
  const services = ['dinner', 'gallery'].map((code) => ({ id: ids.next(), code: `${code}-${n}` }))
  await db
    .insertInto('services')
    .values(services.map((service) => ({ ...service, name: service.code, category_id: category })))
    .execute()
  const made = Array.from({ length: models }, (_, index) => ({ id: ids.next(), name: `Model ${index + 1}` }))
  await db
    .insertInto('models')
    .values(
      made.map((model, index) => ({
        ...model,
        public_code: `M${n.toUpperCase()}-${index}`,
        slug: `m${n}-${index}`,
        status: 'active' as const,
        primary_location_id: location.id,
        internal_rating: 4,
        created_at: now,
        updated_at: now,
      })),
    )
    .execute()
  const client = { id: ids.next() }
  await db
    .insertInto('clients')
    .values({
      ...client,
      name: 'Jane Doe',
      email: `jane.${n}@example.com`,
      phone: `+4477009${String(counter).padStart(5, '0')}`,
      created_at: now,
      updated_at: now,
    })
    .execute()
  return { location, services, models: made, client }
}
