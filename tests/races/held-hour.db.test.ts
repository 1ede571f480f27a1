import { sql } from 'kysely'
import { afterEach, describe, expect, test } from 'vitest'
import { type Faults, seededRng } from '#server/context.ts'
import { makeUser } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'
import { type Act, anomaliesOf } from '#tests/support/history.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const LONG = process.env.VIREL_FAULTS === '1'
/** How many want the same hour. */
const MANY = LONG ? 1_000 : 120
const ROUNDS = LONG ? 20 : 2
const HOUR = 3_600_000
const FROM = Date.UTC(2027, 2, 1, 12)
/** Of every model of the test. */
const BUFFER_AFTER = 15 * 60_000

let web: TestWeb | undefined
let database: TestDatabase | undefined
afterEach(async () => {
  await web?.close()
  await database?.drop()
})

async function open(faults?: Faults, unguarded = false) {
  const db = await createTestDatabase({ max: 20 })
  database = db
  if (unguarded) await sql`alter table time_blocks drop constraint time_blocks_no_overlap`.execute(db.db)
  const running = await startWeb(db, { faults })
  web = running
  const world = await makeWorld(db, { models: 3 })
  const token = await running.signIn(await makeUser(db, 'OPS_MANAGER'))
  return { db, running, world, token }
}

/** Clients without anything else, as many as there are to race. */
async function makeClients({ db }: TestDatabase, many: number): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    insert into clients (id, name, email, created_at, updated_at)
    select gen_random_uuid(), 'Guest ' || n, 'guest.' || n || '@example.com', now(), now() from generate_series(1, ${many}) n
    returning id`.execute(db)
  return rows.map((row) => row.id)
}

interface Answer {
  outcome: Act['outcome']
  status: number
  id: string
  alternatives: number
  asked: number
  answered: number
}

class Race {
  readonly history: Act[] = []
  readonly answers: Answer[] = []
  readonly #running: TestWeb
  readonly #token: string
  readonly #world: World
  constructor({ running, token, world }: { running: TestWeb; token: string; world: World }) {
    this.#running = running
    this.#token = token
    this.#world = world
  }

  async #post(path: string, body: object): Promise<Answer> {
    const asked = performance.now()
    const { status, body: said } = await this.#running.rest('POST', path, { token: this.#token, body })
    const answered = performance.now()
    const outcome = status < 300 ? 'done' : status === 409 && said.code === 'taken' ? 'refused' : 'failed'
    const alternatives = Array.isArray(said.alternatives) ? said.alternatives.length : 0
    const answer: Answer = { outcome, status, id: String(said.id ?? ''), alternatives, asked, answered }
    this.answers.push(answer)
    return answer
  }

  async hold(clientId: string, model: string, from: number, to: number): Promise<Answer> {
    const at = { start: new Date(from).toISOString(), end: new Date(to).toISOString() }
    const answer = await this.#post('/availability/holds', {
      clientId,
      modelId: model,
      location: this.#world.location.slug,
      ...at,
    })
    const { outcome, asked, answered } = answer
    this.history.push({ what: 'take', name: answer.id || clientId, model, from, to: to + BUFFER_AFTER, asked, answered, outcome })
    return answer
  }

  async release(id: string, model: string): Promise<void> {
    const { outcome, asked, answered } = await this.#post(`/availability/holds/${id}/release`, {})
    this.history.push({ what: 'free', name: id, model, from: 0, to: 0, asked, answered, outcome })
  }
}

describe('one hour wanted as a hold by many at once', () => {
  test('is held exactly once; every loser is told so and offered real times', async () => {
    const it = await open()
    const clients = await makeClients(it.db, MANY)
    const model = it.world.models[0]?.id ?? ''
    const race = new Race(it)
    await Promise.all(clients.map((clientId) => race.hold(clientId, model, FROM, FROM + HOUR)))
    const told = (outcome: Act['outcome']) => race.answers.filter((answer) => answer.outcome === outcome).length
    expect({ done: told('done'), refused: told('refused'), failed: told('failed') }).toEqual({
      done: 1,
      refused: MANY - 1,
      failed: 0,
    })
    expect(race.answers.every((answer) => answer.outcome === 'done' || answer.alternatives === 3)).toBe(true)
    const { rows } = await sql<{ n: number; deadlocks: number }>`
      select (select count(*)::int from time_blocks where active) as n,
        (select deadlocks::int from pg_stat_database where datname = current_database()) as deadlocks`.execute(it.db.db)
    expect(rows[0]).toEqual({ n: 1, deadlocks: 0 })
    const took = race.answers.map(({ asked, answered }) => answered - asked).sort((a, b) => a - b)
    process.stdout.write(`R4 holds: ${MANY} at once, p99 ${Math.round(took[Math.floor(took.length * 0.99)] ?? 0)} ms\n`)
  })
})

/** Many take and free overlapping times of three models by chance, several at once for each client. */
async function muddle(race: Race, clients: readonly string[], world: World, rng: () => number, each: number): Promise<void> {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(rng() * list.length)] as T
  await Promise.all(
    clients.map(async (clientId) => {
      // Kept while the next one is asked for, of another model: a client has one hold with each.
      let kept: { id: string; model: string } | undefined
      for (let n = 0; n < each; n++) {
        const model = pick(world.models.filter(({ id }) => id !== kept?.model)).id
        const from = FROM + Math.floor(rng() * 12) * (HOUR / 2)
        const { outcome, id } = await race.hold(clientId, model, from, from + (1 + Math.floor(rng() * 3)) * (HOUR / 2))
        if (kept) await race.release(kept.id, kept.model)
        kept = outcome === 'done' ? { id, model } : undefined
      }
      if (kept) await race.release(kept.id, kept.model)
    }),
  )
}

describe('histories of many who take and free', () => {
  test('have an order in which nobody had what another had, and nobody was refused for nothing', async () => {
    const it = await open()
    const seed = Math.floor(Math.random() * 2 ** 31)
    const rng = seededRng(seed)
    const clients = await makeClients(it.db, LONG ? 50 : 25)
    for (let round = 0; round < ROUNDS; round++) {
      const race = new Race(it)
      await muddle(race, clients, it.world, rng, LONG ? 20 : 6)
      expect(
        race.answers.filter((answer) => answer.outcome === 'failed'),
        `seed ${seed}`,
      ).toEqual([])
      expect(anomaliesOf(race.history), `seed ${seed}, round ${round}`).toEqual([])
      expect(race.history.some((act) => act.outcome === 'refused')).toBe(true)
    }
  })

  test('negative control: without lock and constraint the checker finds that two had the same time', async () => {
    const faults: Faults = {
      skipModelLock: true,
      beforeTakingTime: () => new Promise((resolve) => setImmediate(() => setTimeout(resolve, 15))),
    }
    const it = await open(faults, true)
    const race = new Race(it)
    await muddle(race, await makeClients(it.db, 20), it.world, seededRng(1), 5)
    expect(anomaliesOf(race.history).some((text) => text.endsWith('had the same time'))).toBe(true)
  })

  test('negative control: a refusal for nothing is found', () => {
    const act = { model: 'm', from: 0, to: 10 }
    const taken: Act = { ...act, what: 'take', name: 'a', asked: 0, answered: 1, outcome: 'done' }
    const freed: Act = { ...act, what: 'free', name: 'a', asked: 2, answered: 3, outcome: 'done' }
    const refused: Act = { ...act, what: 'take', name: 'b', asked: 2.5, answered: 4, outcome: 'refused' }
    expect(anomaliesOf([taken, freed, refused])).toEqual([])
    expect(anomaliesOf([taken, freed, { ...refused, asked: 3.5 }])).toEqual(['b was told that it is taken, and nobody had it'])
  })
})
