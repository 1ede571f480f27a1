import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { until } from '#tests/support/events.ts'
import { type Answer, startWeb, type TestWeb } from '#tests/support/web.ts'

const KEYS = process.env.VIREL_FAULTS ? 500 : 40
const AT_ONCE = 8

const database = testDatabase()
let web: TestWeb
let token: string
let userId: string
beforeAll(async () => {
  web = await startWeb(database())
  const manager = await makeUser(database(), 'OPS_MANAGER')
  userId = manager.id
  token = await web.signIn(manager)
})
afterAll(async () => {
  await web.close()
})

/** Makes a client: a write that nothing but its key keeps from happening twice. */
function post(name: string, key: string | undefined, as = token): Promise<Answer> {
  return web.rest('POST', '/clients', { token: as, body: { name }, headers: key ? { 'idempotency-key': key } : {} })
}
async function count(name: string): Promise<number> {
  return (await database().db.selectFrom('clients').select('id').where('name', '=', name).execute()).length
}

/** `KEYS` keys, each sent `AT_ONCE` times at the same moment; answers what each key had as effects and answers. */
async function storm(withKey: boolean, keys = KEYS) {
  const names = Array.from({ length: keys }, () => `Storm ${randomUUID()}`)
  const outcomes: { name: string; effects: number; made: Set<unknown>; replays: number; running: number; other: unknown[] }[] = []
  // Ten keys at a time, so that what is at once is at once and not in a queue for the ten connections.
  for (let first = 0; first < names.length; first += 10) {
    await Promise.all(
      names.slice(first, first + 10).map(async (name) => {
        const outcome = { name, effects: 0, made: new Set<unknown>(), replays: 0, running: 0, other: [] as unknown[] }
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post(name, withKey ? name : undefined)))
        for (const answer of answers) {
          if (answer.status === 201) {
            outcome.made.add(answer.body.id)
            if (answer.headers.get('idempotent-replayed') === 'true') outcome.replays++
          } else if (answer.status === 409 && answer.body.code === 'idempotency_key_running') outcome.running++
          else outcome.other.push([answer.status, answer.body])
        }
        outcome.effects = await count(name)
        outcomes.push(outcome)
      }),
    )
  }
  return outcomes
}

describe('an Idempotency-Key (R8)', () => {
  test(`${KEYS} keys, ${AT_ONCE} at once: one effect each, the others are replays or told to wait`, async () => {
    const outcomes = await storm(true)
    for (const outcome of outcomes) {
      expect(outcome.other).toEqual([])
      expect([outcome.effects, outcome.made.size]).toEqual([1, 1])
      expect(outcome.replays + outcome.running).toBe(AT_ONCE - 1)
    }
    const name = outcomes[0]?.name ?? ''
    const later = await post(name, name)
    expect([later.status, later.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
    expect(later.body.id).toBe([...(outcomes[0]?.made ?? [])][0])
    expect(await count(name)).toBe(1)
    const running = outcomes.reduce((sum, outcome) => sum + outcome.running, 0)
    process.stdout.write(`R8: ${KEYS} keys × ${AT_ONCE}, ${running} told to wait\n`)
  })

  test('negative control: without the claim there is an effect for each request', async () => {
    const outcomes = await storm(false, 3)
    expect(outcomes.map((outcome) => outcome.effects)).toEqual([AT_ONCE, AT_ONCE, AT_ONCE])
  })

  test('used for another body, or another operation, is refused with 422', async () => {
    const key = randomUUID()
    expect((await post(`Once ${key}`, key)).status).toBe(201)
    const other = await post(`Twice ${key}`, key)
    expect([other.status, other.body.code]).toEqual([422, 'idempotency_key_reused'])
    const task = await web.rest('POST', '/tasks', { token, body: { subject: 'x' }, headers: { 'idempotency-key': key } })
    expect([task.status, task.body.code]).toEqual([422, 'idempotency_key_reused'])
    expect(await count(`Twice ${key}`)).toBe(0)
  })

  test('is the same body whatever the order of its fields', async () => {
    const key = randomUUID()
    const headers = { 'idempotency-key': key }
    const first = await web.rest('POST', '/clients', { token, body: `{"name":"Ann ${key}","about":"x"}`, headers })
    const second = await web.rest('POST', '/clients', { token, body: `{ "about": "x", "name": "Ann ${key}" }`, headers })
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id])
  })

  test('belongs to who sent it: another person with the same key makes their own', async () => {
    const key = randomUUID()
    const other = await web.signIn(await makeUser(database(), 'OPERATOR'))
    const answers = [await post(`Same ${key}`, key), await post(`Same ${key}`, key, other)]
    expect(answers.map((answer) => answer.headers.get('idempotent-replayed'))).toEqual([null, null])
    expect(await count(`Same ${key}`)).toBe(2)
  })

  test('of a refused request is free again', async () => {
    const key = randomUUID()
    const headers = { 'idempotency-key': key }
    const id = (await post(`Refused ${key}`, undefined)).body.id
    const stale = await web.rest('PATCH', `/clients/${id}`, { token, body: { version: 7, name: 'x' }, headers })
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_write'])
    expect((await web.rest('PATCH', `/clients/${id}`, { token, body: { version: 1, name: 'x' }, headers })).status).toBe(200)
  })

  test('has 1 to 255 characters', async () => {
    expect((await post('Long', 'k'.repeat(256))).status).toBe(400)
    expect((await post(`Fits ${randomUUID()}`, 'k'.repeat(255))).status).toBe(201)
  })

  test('of a process that died is waited for, and taken over once its claim has lapsed', async () => {
    const key = randomUUID()
    const name = `Died ${key}`
    // What a process leaves that dies after its claim and before its commit.
    await post(`${name} first`, `${key}-first`)
    await sql`insert into idempotency_keys (scope, key, operation, input_hash, owner, state, created_at, locked_until)
      select scope, ${key}, operation, ${await hashOf(name)}, gen_random_uuid(), 'running', now(), now() + interval '1 hour'
      from idempotency_keys where key = ${`${key}-first`}`.execute(database().db)
    const waits = await post(name, key)
    expect([waits.status, waits.body.code, waits.headers.get('retry-after')]).toEqual([409, 'idempotency_key_running', '1'])
    expect(await count(name)).toBe(0)
    await sql`update idempotency_keys set locked_until = date_trunc('milliseconds', now()) - interval '1 second' where key = ${key}`.execute(
      database().db,
    )
    const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => post(name, key)))
    expect(answers.every((answer) => answer.status === 201 || answer.body.code === 'idempotency_key_running')).toBe(true)
    expect(answers.some((answer) => answer.status === 201)).toBe(true)
    expect(await count(name)).toBe(1)
  })

  /** The hash the product stored for a body like this one: asked of it, not computed again. */
  async function hashOf(name: string): Promise<string> {
    const probe = `probe-${randomUUID()}`
    await post(name, probe)
    const row = await database()
      .db.selectFrom('idempotency_keys')
      .select('input_hash')
      .where('key', '=', probe)
      .executeTakeFirstOrThrow()
    await database().db.deleteFrom('clients').where('name', '=', name).execute()
    return row.input_hash
  }

  test('survives the crash of its connection between claim and commit: the retry makes the one effect', async () => {
    const key = randomUUID()
    const name = `Crash ${key}`
    await withClientsLocked(async (blocked) => {
      const sent = post(name, key)
      const [pid] = await blocked(1)
      await sql`select pg_terminate_backend(${pid}::int)`.execute(database().db)
      const answer = await sent
      expect([answer.status, answer.body.code]).toEqual([503, 'unavailable'])
    })
    expect(await count(name)).toBe(0)
    await sql`update idempotency_keys set locked_until = date_trunc('milliseconds', now()) - interval '1 second' where key = ${key}`.execute(
      database().db,
    )
    await until('the database is up again', async () => (await post(name, key)).status === 201)
    expect(await count(name)).toBe(1)
  })

  test('taken over while the first is only slow has one effect still: the first can not commit', async () => {
    const key = randomUUID()
    const name = `Slow ${key}`
    let answers: Promise<Answer[]> = Promise.resolve([])
    await withClientsLocked(async (blocked) => {
      const first = post(name, key)
      await blocked(1)
      await sql`update idempotency_keys set locked_until = date_trunc('milliseconds', now()) - interval '1 second' where key = ${key}`.execute(
        database().db,
      )
      const second = post(name, key)
      await blocked(2)
      answers = Promise.all([first, second])
    })
    expect((await answers).map((answer) => answer.status).sort()).toEqual([201, 409])
    expect(await count(name)).toBe(1)
    expect((await post(name, key)).headers.get('idempotent-replayed')).toBe('true')
  })

  /** Holds every write to clients; `blocked(n)` waits until n are held and gives their backends. */
  async function withClientsLocked(work: (blocked: (n: number) => Promise<number[]>) => Promise<void>): Promise<void> {
    const locker = new pg.Client({ connectionString: database().url })
    await locker.connect()
    try {
      await locker.query('begin; lock table clients in share mode')
      await work(async (n) => {
        let pids: number[] = []
        await until(`${n} writes wait`, async () => {
          const { rows } = await locker.query<{ pid: number }>(
            "select pid from pg_locks where relation = 'clients'::regclass and not granted",
          )
          pids = rows.map((row) => row.pid)
          return pids.length === n
        })
        return pids
      })
    } finally {
      await locker.query('rollback')
      await locker.end()
    }
  }

  test('is kept with the answer, in the transaction of the work', async () => {
    const key = randomUUID()
    const answer = await post(`Kept ${key}`, key)
    const row = await database().db.selectFrom('idempotency_keys').selectAll().where('key', '=', key).executeTakeFirstOrThrow()
    expect(row).toMatchObject({ scope: `user:${userId}`, state: 'done', operation: 'clients.create' })
    expect(JSON.stringify(row.response)).toContain(String(answer.body.id))
  })
})
