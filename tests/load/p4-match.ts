import { sql } from 'kysely'
import pg from 'pg'
import { findMatches, type Wish } from '#server/domains/inquiries/index.ts'
import { transact } from '#server/transact.ts'
import { type Contest, closedLoop } from './measure.ts'
import type { Stage } from './stage.ts'

const MODELS = 1_000

/** Who of a thousand models is free then: the question at its barest, and the floor of the whole matching. */
const BARE = {
  name: 'bench_free_models',
  text: `select m.id from models m where m.status = 'active' and m.deleted_at is null and not exists (
    select 1 from time_blocks t where t.model_id = m.id and t.active and t.block_from < $2
      and t.block_from > $1::timestamptz - interval '16 days' and t.block_to > $1)`,
}

/** Match among a thousand models, with services, time, way, price and rating; hours of the next weeks, where the ledger is full. */
export async function match(stage: Stage, ms: number): Promise<Contest> {
  const plain = new pg.Pool({ connectionString: stage.url, max: 1 })
  const { db } = stage.database
  const place = await topUp(stage)
  const services = await db.selectFrom('services').select(['id', 'code', 'name']).orderBy('code').limit(2).execute()
  let asked = 0
  const next = (): Wish & { from: Date; to: Date } => {
    asked += 1
    const from = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + (asked % 500) * 3_600_000)
    return {
      inquiryId: stage.clientId,
      clientId: stage.clientId,
      clientTags: [],
      location: place,
      services: asked % 2 === 0 ? services.slice(0, 1) : [],
      from,
      to: new Date(from.getTime() + 3_600_000),
    }
  }
  return {
    id: 'P4',
    what: `match among ${MODELS} models`,
    floor: () =>
      closedLoop(1, ms, () => {
        const { from, to } = next()
        return plain.query({ ...BARE, values: [from, to] })
      }),
    product: () => closedLoop(1, ms, () => transact(stage.ctx(), (tx) => findMatches(tx, next()))),
    bars: [
      { kind: 'p50', atMostTimes: 4 },
      { kind: 'p99 ms', atMost: 100 },
    ],
    async oracle() {
      for (let n = 0; n < 50; n++) {
        const wish = next()
        const { rows } = await plain.query<{ id: string }>({ ...BARE, values: [wish.from, wish.to] })
        const free = new Set(rows.map(({ id }) => id))
        const { items } = await transact(stage.ctx(), (tx) => findMatches(tx, wish))
        if (items.some(({ model }) => !free.has(model.id))) return 'someone who is not free was matched'
        if (items.length === 0 && wish.services.length === 0) return 'nobody was matched'
      }
    },
    close: () => plain.end(),
  }
}

/** As many active models as the bar names, all at one place, each offering what the wishes ask for. */
async function topUp({ database: { db } }: Stage): Promise<{ id: string; title: string }> {
  const place = await db.selectFrom('locations').select(['id', 'title']).orderBy('slug').limit(1).executeTakeFirstOrThrow()
  await sql`
    insert into models (id, public_code, name, slug, status, primary_location_id, internal_rating, created_at, updated_at)
    select gen_random_uuid(), 'BENCH-' || n, 'Bench ' || n, 'bench-' || n, 'active', ${place.id}::uuid, (n % 50) / 10.0, now(), now()
    from generate_series(1, ${MODELS} - (select count(*)::int from models where status = 'active' and deleted_at is null)) n
    on conflict do nothing`.execute(db)
  await sql`
    insert into model_services (model_id, service_id)
    select m.id, s.id from models m cross join (select id from services order by code limit 1) s
    where m.status = 'active' on conflict do nothing`.execute(db)
  await sql`
    insert into model_locations (model_id, location_id)
    select id, ${place.id}::uuid from models where status = 'active' on conflict do nothing`.execute(db)
  await sql`analyze models, model_services, model_locations, time_blocks`.execute(db)
  return place
}
