import type { KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { createRequestLimits, networkOf, type RequestLimits, streamPlaces } from '#server/http/request-limits.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { makeUser } from '#tests/support/context.ts'
import { createTestDatabase, testDatabase } from '#tests/support/database.ts'
import { until } from '#tests/support/events.ts'
import { type Answer, startWeb, type TestWeb } from '#tests/support/web.ts'

const MOST_STREAMS = 50
const RATES = { user: 100, key: 100, stranger: 30 }
const database = testDatabase()
let made: Fixtures
const webs: TestWeb[] = []
beforeAll(async () => {
  made = await Fixtures.in(database())
  for (let i = 0; i < 2; i++)
    webs.push(await startWeb(database(), { clock: made.clock, requestRates: RATES, openStreams: MOST_STREAMS }))
})
afterAll(async () => {
  for (const web of webs) await web.close()
})

const nth = (index: number): TestWeb => {
  const web = webs[index % webs.length]
  if (!web) throw new Error('no web process')
  return web
}
/** So many requests at once, by turns to each process. */
function storm(times: number, token: string | undefined, path = '/services', headers = {}): Promise<Answer[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => nth(index).rest('GET', path, { token, headers })))
}
const withStatus = (status: number, answers: readonly Answer[]) => answers.filter((answer) => answer.status === status)
const passed = (answers: readonly Answer[]) => withStatus(200, answers).length

describe('requests in a minute (S16)', () => {
  test('of 300 at once on two processes by a key of 100, exactly 100 pass; the others learn when to come back', async () => {
    const { token } = await made.apiKey(['catalogue.read'])
    const answers = await storm(300, token)
    const refused = withStatus(429, answers)
    expect([passed(answers), refused.length]).toEqual([100, 200])
    for (const { headers, body } of refused) {
      expect(headers.get('content-type')).toBe('application/problem+json')
      expect(body).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: 60 })
      expect(headers.get('retry-after')).toBe('60')
    }
    made.clock.advance(0.5)
    expect((await storm(1, token))[0]?.headers.get('retry-after')).toBe('30')
    made.clock.advance(0.5)
    expect(passed(await storm(150, token))).toBe(100)
  })

  test('a key with a number of its own has that one', async () => {
    const { token, actor } = await made.apiKey(['catalogue.read'])
    await database().db.updateTable('api_keys').set({ requests_per_minute: 7 }).where('id', '=', actor.id).execute()
    expect(passed(await storm(20, token))).toBe(7)
  })

  test('all sessions of one person are counted together, those of another apart', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const tokens = [await made.session(owner.id), await made.session(owner.id)]
    const answers = await Promise.all(tokens.map(({ token }) => storm(80, token)))
    expect(passed(answers.flat())).toBe(100)
    const other = await made.session((await makeUser(database(), 'OWNER')).id)
    expect(passed(await storm(10, other.token))).toBe(10)
  })

  test('strangers and wrong tokens are counted by address, and not by one they claim', async () => {
    const wrong = `vk_00000000_${'x'.repeat(43)}`
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => storm(1, wrong, '/me', { 'x-forwarded-for': `203.0.113.${n}` })),
    )
    expect(withStatus(401, answers.flat())).toHaveLength(30)
    expect(withStatus(429, answers.flat())).toHaveLength(30)
    const { token } = await made.session((await makeUser(database(), 'OWNER')).id)
    expect(passed(await storm(5, token))).toBe(5)
    // Whether it is well is told to everyone, always.
    expect(passed(await storm(100, undefined, '/health/ready'))).toBe(100)
    made.clock.advance(2)
  })

  test('each call of a tRPC batch counts', async () => {
    const { token } = await made.session((await makeUser(database(), 'OWNER')).id)
    const ask = async (calls: number) => {
      const names = Array.from({ length: calls }, () => 'catalogue.services')
      const input = encodeURIComponent(JSON.stringify(Object.fromEntries(names.map((_, n) => [n, {}]))))
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${nth(0).url}/api/trpc/${names.join()}?batch=1&input=${input}`, { headers })
      await answer.text()
      return answer
    }
    for (let n = 0; n < 9; n++) expect((await ask(10)).status).toBe(200)
    expect(passed(await storm(5, token))).toBe(5)
    const refused = await ask(10)
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60'])
    expect((await ask(5)).status).toBe(200)
  })

  test('IPv6 addresses of one network are one sender', () => {
    const one = ['2001:db8:1:2::1', '2001:db8:1:2:ffff:ffff:ffff:ffff', '2001:DB8:1:2:0:0:0:9']
    expect(new Set(one.map(networkOf))).toEqual(new Set(['2001:db8:1:2::/64']))
    expect(networkOf('2001:db8:1:3::1')).toBe('2001:db8:1:3::/64')
    expect(networkOf('::1')).toBe('0:0:0:0::/64')
    expect(networkOf('203.0.113.9')).toBe('203.0.113.9')
  })
})

/** How many of `times` requests of one person pass, by turns through the given counters, and in how many statements. */
async function count(limits: readonly RequestLimits[], times: number): Promise<number> {
  const who: Actor = { ...(await makeUser(database(), 'OWNER')) }
  let good = 0
  for (let asked = 0; asked < times; asked += 100) {
    const answers = await Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => limits[n % limits.length]?.count(who, null, 1)),
    )
    good += answers.filter((answer) => answer.status === 'fulfilled').length
  }
  return good
}

describe('how it is counted', () => {
  test('a high limit is taken in portions: few statements, and never more passes than the limit', async () => {
    let statements = 0
    const counting: KyselyPlugin = {
      transformQuery: ({ node }) => {
        statements += 1
        return node
      },
      transformResult: async ({ result }) => result,
    }
    const db = database().db.withPlugin(counting)
    const high = { user: 2_000, key: 1, stranger: 1 }
    const good = await count([createRequestLimits(db, made.clock, high), createRequestLimits(db, made.clock, high)], 3_000)
    expect(good).toBeLessThanOrEqual(2_000)
    // What a process took ahead and did not give out is lost: at most one portion of 1/200 a flight.
    expect(good).toBeGreaterThan(1_940)
    expect(statements).toBeLessThan(120)
  })

  test('negative control: counted by each process alone, twice as many pass', async () => {
    const other = await createTestDatabase()
    onTestFinished(() => other.drop())
    const own = (db: typeof other.db) => createRequestLimits(db, made.clock, RATES)
    expect(await count([own(database().db), own(database().db)], 300)).toBe(100)
    expect(await count([own(database().db), own(other.db)], 300)).toBe(200)
  })
})

describe('live feeds', () => {
  test(`one person holds at most so many open (${MOST_STREAMS} here); a closed one makes room`, async () => {
    const { token } = await made.session((await makeUser(database(), 'OWNER')).id)
    const open = async () => {
      const abort = new AbortController()
      const headers = { authorization: `Bearer ${token}` }
      const answer = await fetch(`${nth(0).url}/api/v1/events/stream`, { headers, signal: abort.signal })
      return { status: answer.status, close: () => abort.abort() }
    }
    const held = await Promise.all(Array.from({ length: MOST_STREAMS }, open))
    onTestFinished(() => {
      for (const { close } of held) close()
    })
    expect(new Set(held.map(({ status }) => status))).toEqual(new Set([200]))
    expect((await open()).status).toBe(429)
    held[0]?.close()
    await until('there is room again', async () => {
      const one = await open()
      one.close()
      return one.status === 200
    })
  })

  test('a place given back twice is given back once', () => {
    const take = streamPlaces(2)
    const first = take('ann')
    take('ann')
    first()
    first()
    take('ann')
    expect(() => take('ann')).toThrow('2 live views')
    expect(() => take('bob')).not.toThrow()
  })
})
