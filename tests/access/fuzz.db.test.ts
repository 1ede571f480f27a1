import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ALL_PERMISSIONS } from '#server/auth/permissions.ts'
import { seededRng } from '#server/context.ts'
import { type Operation, operations } from '#server/http/rest.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { jsonSchemaOf } from '#tests/support/inventory.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const INPUTS = Number(process.env.VIREL_INPUTS ?? (process.env.VIREL_FAULTS ? 50_000 : 5_000))
const AT_ONCE = 8
/** Far above what anything takes, also on a machine that does ten other things. */
const HANG_MS = 20_000
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`S5: seed ${seed}\n`)

const database = testDatabase()
let web: TestWeb
let token: string
let made: Fixtures
let known: Record<string, string[]>
beforeAll(async () => {
  web = await startWeb(database())
  const owner = await makeUser(database(), 'OWNER')
  token = await web.signIn(owner)
  const { rows } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public' and table_name like '%\\_%'`.execute(
    database().db,
  )
  // Codes of permissions are for people, and some begin as a table is called.
  tables = rows.map(({ name }) => name).filter((name) => !ALL_PERMISSIONS.some((code) => code.includes(name)))
  made = await Fixtures.in(database())
  const own = 'own'
  known = {
    bookings: await all(() => made.booking(own, owner)),
    inquiries: await all(() => made.inquiry(own, owner)),
    tasks: await all(() => made.task(own, owner)),
    exceptions: await all(() => made.exception(own, owner)),
    clients: await all(() => made.client()),
    models: await all(() => made.newModel()),
    users: [made.stranger.id],
  }
})
afterAll(async () => {
  await web.close()
})

function all(make: () => Promise<string>): Promise<string[]> {
  return Promise.all([make(), make(), make()])
}

const rng = seededRng(seed)
const chance = (p: number) => rng() < p
function pick<T>(list: readonly T[]): T {
  const item = list[Math.floor(rng() * list.length)]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}

function deep(depth: number): unknown {
  let value: unknown = 'x'
  for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { a: value }
  return value
}

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const ID = '01920000-0000-7000-8000-000000000000'
const HOSTILE_TEXTS: readonly string[] = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202e\u0000\ufeff',
  '\r\nSet-Cookie: a=b',
  "'; drop table clients; --",
  "' or pg_sleep(10) --",
  '%00',
  '../../../../etc/passwd',
  '$' + '{jndi:ldap://x}',
  '<script>alert(1)</script>',
  '{"$ne": null}',
  '__proto__',
  'constructor',
  'NaN',
  'Infinity',
  '-1',
  '1e400',
  '0x10',
  '9'.repeat(400),
  '()'.repeat(500),
  'a'.repeat(5_001),
  'é'.repeat(3_000),
  '👩‍👩‍👧‍👦'.repeat(200),
  'ﷺ'.repeat(1_000),
  '+44 20 7946 0958 ext 999999999999',
  `${'a.'.repeat(200)}@${'b.'.repeat(200)}com`,
  `${'a'.repeat(64)}@example.com`,
  'a@b',
  '2027-13-45T99:99:99Z',
  '0000-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999999999Z',
  '-271821-04-20T00:00:00Z',
  '2027-01-01T00:00:00+99:99',
  '2024-02-29T00:00:00.000Z',
  ID,
  ID.toUpperCase(),
  '00000000-0000-0000-0000-000000000000',
  '-'.repeat(36),
  cursor({ back: false, sort: '-createdAt', key: '0000-01-01T00:00:00.000000Z', id: ID }),
  cursor({ back: false, sort: '-createdAt', key: '2024-02-30T00:00:00.000000Z', id: ID }),
  cursor({ back: true, sort: '-createdAt', key: '2024-02-28T00:00:00.000000Z', id: ID }),
  cursor({ back: false, sort: 'name', key: 'a\0b', id: ID }),
  cursor({ back: false, sort: 'name', key: '\ud800', id: '-'.repeat(36) }),
  cursor({ back: false, sort: 'internalRating', key: 1e308, id: ID }),
  cursor({ back: false, sort: '-at', key: '2024-02-28T00:00:00.000000Z', id: ID }),
  cursor([1, 2]),
  cursor(null),
  'next:999999999999999999',
  'next:9999999999999999999999',
]
const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  0,
  -0,
  -1,
  1.5,
  2 ** 31,
  2 ** 53 + 2,
  1e308,
  -1e308,
  5e-324,
  [],
  {},
  [[]],
  [null],
  { length: 1e9 },
  { toString: 'x', valueOf: 1 },
  JSON.parse('{"then":"x"}'),
  { toJSON: 'x' },
  deep(50),
  deep(2_000),
]

function hostile(): unknown {
  if (chance(0.02)) return 'x'.repeat(1_000_000)
  if (chance(0.02)) return Array.from({ length: 20_000 }, (_, i) => (i % 2 ? 'x' : i))
  if (chance(0.03)) return JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')
  return chance(0.6) ? pick(HOSTILE_TEXTS) : pick(HOSTILE_VALUES)
}

type Schema = ReturnType<typeof jsonSchemaOf>
const isSchema = (node: unknown): node is Schema => typeof node === 'object' && node !== null

/** Something the schema might take: so that hostile fields get as far as the operation. */
function plausible(schema: Schema, name = ''): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return pick(schema.enum)
  const options = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (options) return plausible(pick(options.filter(isSchema)), name)
  switch (Array.isArray(schema.type) ? schema.type[0] : schema.type) {
    case 'object':
      return objectOf(schema, () => false)
    case 'array': {
      const { items } = schema
      return Array.from({ length: Math.floor(rng() * 3) }, () =>
        isSchema(items) && !Array.isArray(items) ? plausible(items, name) : 'x',
      )
    }
    case 'integer':
    case 'number':
      return Math.floor(rng() * 100)
    case 'boolean':
      return chance(0.5)
    case 'null':
      return null
    default:
      return plausibleText(schema, name)
  }
}

function plausibleText(schema: Schema, name: string): unknown {
  if (/Id$|^id$|Ids$/.test(name) || schema.format === 'uuid') return pick(known[pick(Object.keys(known))] ?? [ID])
  if (/^(start|end|from|to|.*From|.*To|.*At|.*Deadline)$/.test(name)) {
    return new Date(Date.UTC(2027, Math.floor(rng() * 12), 1 + Math.floor(rng() * 28), Math.floor(rng() * 24))).toISOString()
  }
  if (/location|primaryLocation/.test(name)) return made.world.location.slug
  if (/service|code/.test(name)) return pick(made.world.services).code
  if (/email/i.test(name)) return made.email()
  if (/phone/.test(name)) return '+447700900123'
  if (name === 'currency') return 'GBP'
  if (name === 'newStatus')
    return pick(['qualified', 'pending', 'confirmed', 'cancelled', 'in_progress', 'done', 'investigating', 'active'])
  if (name === 'sort') return pick(['createdAt', '-createdAt', 'name', '-start', 'internalRating', 'at'])
  return pick(['text', 'Ann', 'x y', '1'])
}

/** An object of the schema: each field plausible, hostile where `bad` says so; sometimes left out, sometimes one more. */
function objectOf(schema: Schema, bad: () => boolean): Record<string, unknown> {
  const required = new Set(schema.required ?? [])
  const object: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (!required.has(name) && chance(0.5)) continue
    if (bad()) object[name] = hostile()
    else if (isSchema(field)) {
      object[name] = field.type === 'object' && chance(0.3) ? objectOf(field, () => chance(0.4)) : plausible(field, name)
    }
  }
  return object
}

interface Shot {
  name: string
  method: string
  path: string
  body?: string
  headers: Record<string, string>
}

const BODIES = [
  '',
  '{',
  'null',
  '[]',
  '"x"',
  '{"a":',
  '\u0000',
  '['.repeat(100_000),
  '{"a":'.repeat(20_000),
  '1e999',
  '{"a":1,"a":2}',
]

function queryText(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toWellFormed()
}

function aim({ name, meta }: Operation): Shot | undefined {
  if (!meta.rest) return undefined
  const schema = jsonSchemaOf(meta.input)
  const rate = pick([0, 0.2, 0.6])
  const input = objectOf(schema, () => chance(rate))
  if (chance(0.05)) input[String(pick(HOSTILE_TEXTS)).slice(0, 200)] = hostile()
  const noun = meta.rest.path.split('/')[1] ?? ''
  const path = meta.rest.path.replace(/\{(\w+)\}/g, (_, field: string) => {
    delete input[field]
    // Mostly a row there is: else nothing but 404 would be tried.
    return chance(0.8) ? pick(known[noun] ?? [ID]) : encodeURIComponent(pick(HOSTILE_TEXTS).slice(0, 500).toWellFormed()) || ID
  })
  const headers: Record<string, string> = {}
  if (chance(0.05)) headers['idempotency-key'] = pick(['x', 'k'.repeat(255), 'k'.repeat(300), "'--"])
  if (meta.rest.method === 'GET') {
    const query = new URLSearchParams()
    for (const [key, value] of Object.entries(input)) {
      query.append(key, queryText(value).slice(0, 3_000))
      if (chance(0.05)) query.append(key, queryText(hostile()).slice(0, 100))
    }
    return { name, method: 'GET', path: `${path}?${query}`, headers }
  }
  const text = chance(0.03) ? pick(BODIES) : JSON.stringify(input)
  // Nothing is wrong with being too large, but it is answered before anything else is tried.
  const body = Buffer.byteLength(text) > 1_040_000 && chance(0.9) ? JSON.stringify({ a: 'x' }) : text
  headers['content-type'] = chance(0.02) ? 'text/plain' : 'application/json'
  return { name, method: meta.rest.method, path, body, headers }
}

/** Names of tables that are no words of people. */
let tables: string[] = []
const LEAKS =
  /\bat .+\.(ts|mjs|js):\d+|node_modules|\bselect .+ from |insert into|syntax error at|invalid input syntax|violates |pg_|kysely|zod/i

/** The detail without the hostile texts in it: a person may well be called like one by now, and is named in a refusal. */
function ownWords(detail: string): string {
  return HOSTILE_TEXTS.map((text) => text.trim())
    .filter((text) => text.length > 3)
    .reduce((words, text) => words.replaceAll(text, ''), detail)
}

/** What is wrong with the answer; undefined when nothing. */
async function fire(shot: Shot): Promise<string | undefined> {
  const from = performance.now()
  const where = `${shot.name}: ${shot.method} ${shot.path.slice(0, 300)} ${shot.body?.slice(0, 300) ?? ''}`
  try {
    const response = await fetch(`${web.url}/api/v1${shot.path}`, {
      method: shot.method,
      headers: { authorization: `Bearer ${token}`, ...shot.headers },
      body: shot.body,
      signal: AbortSignal.timeout(HANG_MS),
    })
    const text = await response.text()
    if (response.status >= 500) return `${response.status} ${where} → ${text.slice(0, 300)}`
    // 431 is Node's own, before the product is asked.
    if (response.status >= 400 && response.status !== 431) {
      if (response.headers.get('content-type') !== 'application/problem+json') return `no problem document: ${where}`
      if (text.length > 40_000) return `an answer of ${text.length} characters: ${where}`
      // Its own words only: what was sent may be in the names of fields, and what was stored before in the names of things.
      const { detail } = JSON.parse(text) as { detail: string }
      const told = ownWords(detail)
      if (!shot.path.includes(detail) && LEAKS.test(told) && !JSON.stringify(shot).match(LEAKS))
        return `tells too much: ${detail} (${where})`
      const named = tables.find((table) => told.includes(table) && !JSON.stringify(shot).includes(table))
      if (named) return `names the table ${named}: ${detail} (${where})`
    }
    return undefined
  } catch (error) {
    return `${Math.round(performance.now() - from)} ms, ${String(error)}: ${where}`
  }
}

/** Would sign the session out or change its password: everything after would be 401. */
const SPARED = ['auth.logout', 'auth.changePassword', 'auth.refresh', 'auth.endSession']

test(`${INPUTS} hostile inputs: no 5xx, no hang, nothing told that is inside (S5)`, async () => {
  const targets = operations().filter(({ name, meta }) => meta.rest && !SPARED.includes(name))
  const problems: string[] = []
  let shots = 0
  const statuses = new Set<string>()
  async function shooter(): Promise<void> {
    while (shots < INPUTS) {
      const target = targets[shots % targets.length]
      shots++
      const shot = target && aim(target)
      if (!shot) continue
      statuses.add(shot.name)
      const problem = await fire(shot)
      if (problem) problems.push(problem)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, shooter))
  expect(problems.slice(0, 20)).toEqual([])
  expect(statuses.size).toBe(targets.length)
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
  // It still works, and the session is still its own.
  expect((await web.rest('GET', '/me', { token })).status).toBe(200)
}, 900_000)

test('the same over tRPC and the live feed: broken batches, paths and resume points (S5)', async () => {
  const problems: string[] = []
  const names = operations().map(({ name }) => name)
  const paths = () =>
    pick<() => string>([
      () => pick(names),
      () => `${pick(names)},${pick(names)}`,
      () => Array.from({ length: 30 }, () => pick(names)).join(','),
      () => encodeURIComponent(pick(HOSTILE_TEXTS).slice(0, 300).toWellFormed()),
      () => '__proto__.toString',
      () => 'constructor',
      () => `${pick(names)}%2C${pick(names)}`,
      () => '%E0%A4%A',
      () => ',,,',
    ])()
  const bodies = () =>
    pick<() => string>([
      () => JSON.stringify(hostile()) ?? 'null',
      () => JSON.stringify({ 0: hostile(), 1: hostile() }),
      () => JSON.stringify({ json: hostile(), 999999: hostile() }),
      () => pick(BODIES),
      () => '{"0":{"__proto__":{"polluted":true}}}',
    ])().slice(0, 500_000)
  for (let i = 0; i < Math.max(300, INPUTS / 50); i++) {
    const name = paths()
    if (SPARED.some((spared) => name.includes(spared))) continue
    const batch = chance(0.5) ? 'batch=1' : ''
    const post = chance(0.5)
    const input = post ? '' : `&input=${encodeURIComponent(bodies().slice(0, 1_500).toWellFormed())}`
    const headers: Record<string, string> = { authorization: `Bearer ${token}`, 'x-trpc-source': 'fuzz' }
    if (post) headers['content-type'] = 'application/json'
    const from = performance.now()
    const response = await fetch(`${web.url}/api/trpc/${name}?${batch}${input}`, {
      method: post ? 'POST' : 'GET',
      headers,
      body: post ? bodies() : undefined,
      signal: AbortSignal.timeout(HANG_MS),
    })
    const text = await response.text()
    const where = `${post ? 'POST' : 'GET'} ${name.slice(0, 100)}?${batch} (${Math.round(performance.now() - from)} ms)`
    if (response.status >= 500) problems.push(`${response.status} ${where}: ${text.slice(0, 300)}`)
    if (/"stack":/.test(text) || /node_modules|\.ts:\d+/.test(text)) problems.push(`a stack: ${where}: ${text.slice(0, 300)}`)
  }
  for (const resume of ['-1', '1e9', '9'.repeat(400), 'NaN', "'; --", '999999999999999', '0']) {
    const abort = new AbortController()
    const response = await fetch(`${web.url}/api/v1/events/stream?lastEventId=${encodeURIComponent(resume)}`, {
      headers: { authorization: `Bearer ${token}`, 'last-event-id': resume },
      signal: abort.signal,
    })
    if (response.status !== 200) problems.push(`${response.status} stream from ${resume}`)
    abort.abort()
  }
  expect(problems.slice(0, 10)).toEqual([])
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
}, 120_000)

test('negative control: an answer that fails, hangs or tells too much is noticed', async () => {
  expect(await fire({ name: 'planted', method: 'GET', path: '/health/none', headers: {} })).toBeUndefined()
  const { url } = web
  const serve = (status: number, detail: string) => {
    web = { ...web, url: `data:application/json,${encodeURIComponent(JSON.stringify({ status, detail }))}#` }
  }
  serve(200, 'x')
  expect(await fire({ name: 'planted', method: 'GET', path: '/x', headers: {} })).toBeUndefined()
  web = { ...web, url: 'http://127.0.0.1:1' }
  expect(await fire({ name: 'planted', method: 'GET', path: '/x', headers: {} })).toContain('planted')
  web = { ...web, url }
  expect(LEAKS.test('invalid input syntax for type uuid')).toBe(true)
  expect(LEAKS.test('at run (/work/server/trpc/init.ts:12)')).toBe(true)
  expect(LEAKS.test(ownWords("' or pg_sleep(10) -- may not sign in."))).toBe(false)
  expect(LEAKS.test(ownWords('select name from pg_roles'))).toBe(true)
})
