import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { healSearch, SEARCH_KINDS, tidySearch } from '#server/domains/search/index.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase, testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const ROUNDS = process.env.VIREL_FAULTS ? 600 : 80

/** Rows whose words in the index are not those of the tables, by kind. */
async function differences(db: TestDatabase['db']): Promise<string[]> {
  const found: string[] = []
  for (const kind of SEARCH_KINDS) {
    const { rows } = await sql<{ id: string; has: string | null; wants: string | null }>`
      select coalesce(s.id, w.id) as id, w.words::text as has, s.words::text as wants
      from ${sql.table(`search_${kind}_source`)} s full join ${sql.table(`search_${kind}_words`)} w on w.id = s.id
      where (s.words, s.assignee_id) is distinct from (w.words, w.assignee_id)`.execute(db)
    found.push(...rows.map((row) => `${kind} ${row.id}: ${row.has} instead of ${row.wants}`))
  }
  return found
}

const WORDS = ['amber', 'birch', 'cedar', 'dahlia', 'elm', 'fern', 'Ginkgo', 'Hazel', 'Iris', 'Jasmín']

/** Random work by the product's own operations; answers what was done. */
async function work(on: TestDatabase, seed: number, rounds: number): Promise<void> {
  const rng = seededRng(seed)
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(rng() * list.length)]
  const words = () => `${pick(WORDS)} ${pick(WORDS)} ${Math.floor(rng() * 50)}`
  const world = await makeWorld(on)
  const owner = await makeUser(on, 'OWNER')
  const api = callerOf(on, owner)
  const clients: string[] = [world.client.id]
  const bookings: string[] = []
  const inquiries: string[] = []
  const tasks: string[] = []
  let day = 0
  const acts: (() => Promise<unknown>)[] = [
    async () =>
      clients.push((await api.clients.create({ name: words(), about: words(), phone: `+4477009${String(10_000 + day++)}` })).id),
    async () =>
      api.clients.update({
        id: pick(clients) ?? '',
        name: words(),
        email: `${pick(WORDS)?.toLowerCase().replace('í', 'i')}@example.com`,
      }),
    async () => {
      const [id, mergedId] = [pick(clients) ?? '', pick(clients) ?? '']
      if (id === mergedId) return
      await api.clients.merge({ id, mergedIds: [mergedId] })
      if (rng() < 0.4) await api.clients.unmerge({ id, mergedId })
      else clients.splice(clients.indexOf(mergedId), 1)
    },
    async () => {
      const start = new Date(Date.UTC(2027, 0, 1, 12) + day++ * 86_400_000)
      const booking = await api.bookings.create({
        clientId: pick(clients) ?? '',
        modelId: pick(world.models)?.id ?? '',
        location: world.location.slug,
        start: start.toISOString(),
        end: new Date(start.getTime() + 3_600_000).toISOString(),
      })
      bookings.push(booking.id)
    },
    async () => bookings.length > 0 && api.bookings.update({ id: pick(bookings) ?? '', internalNotes: words() }),
    async () => bookings.length > 0 && api.bookings.assign({ id: pick(bookings) ?? '', userId: rng() < 0.5 ? owner.id : null }),
    async () =>
      bookings.length > 0 &&
      api.payments.record({
        id: pick(bookings) ?? '',
        type: 'full',
        amount: { amount: 100, currency: 'GBP' },
        method: 'cash',
        reference: words(),
      }),
    async () =>
      inquiries.push((await api.inquiries.receive({ source: 'phone', client: { name: words() }, message: words() })).id),
    async () => inquiries.length > 0 && api.inquiries.update({ id: pick(inquiries) ?? '', subject: words() }),
    async () => tasks.push((await api.tasks.create({ subject: words(), entityType: 'client', entityId: pick(clients) })).id),
    async () => tasks.length > 0 && api.tasks.assign({ id: pick(tasks) ?? '', userId: owner.id }),
    async () => api.exceptions.create({ summary: words(), entityType: 'client', entityId: pick(clients) }),
    async () => api.models.update({ id: pick(world.models)?.id ?? '', name: words() }),
    async () =>
      on.db
        .updateTable('clients')
        .set({ deleted_at: new Date() })
        .where('id', '=', clients.splice(1, 1)[0] ?? '')
        .execute(),
  ]
  for (let round = 0; round < rounds; round++) {
    // What the product refuses, such as taking what is taken, leaves everything as it was.
    await pick(acts)?.().catch((error: { code?: string }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') throw error
    })
  }
}

test('after random work the index is what the tables say', async () => {
  const seed = Number(process.env.SEED ?? Date.now() % 1_000_000)
  await work(database(), seed, ROUNDS)
  expect(await differences(database().db), `seed ${seed}`).toEqual([])
})

test('negative control: a trigger that is missing is noticed, and the sweep mends what it left behind', async () => {
  const planted = await createTestDatabase()
  try {
    await sql`drop trigger clients_search_names on clients`.execute(planted.db)
    await sql`alter table tasks disable trigger tasks_search`.execute(planted.db)
    await work(planted, 7, 150)
    const broken = await differences(planted.db)
    expect(broken.length).toBeGreaterThan(0)
    expect(await healSearch(planted.db)).toBe(broken.length)
    expect(await differences(planted.db)).toEqual([])
    expect(await healSearch(planted.db)).toBe(0)
  } finally {
    await planted.drop()
  }
})

test('words nobody has any more leave the dictionary with the next sweep', async () => {
  const { db } = database()
  const owner = callerOf(database(), await makeUser(database(), 'OWNER'))
  const task = await owner.tasks.create({ subject: 'Zugzwang' })
  const known = () => db.selectFrom('search_terms').select('term').where('term', '=', 'zugzwang').execute()
  expect(await known()).toHaveLength(1)
  await db.updateTable('tasks').set({ subject: 'Nothing' }).where('id', '=', task.id).execute()
  await tidySearch(db)
  expect(await known()).toEqual([])
})
