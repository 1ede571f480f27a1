import { Agent, request as plainRequest } from 'node:http'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { isCrossSite } from '#server/http/cross-site.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { until } from '#tests/support/events.ts'
import { type Answer, startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
let web: TestWeb
let world: World
let owner: Actor & { id: string }
let token: string
beforeAll(async () => {
  web = await startWeb(database())
  world = await makeWorld(database(), { models: 4 })
  owner = await makeUser(database(), 'OWNER')
  token = await web.signIn(owner)
})
afterAll(async () => {
  await web.close()
})

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const UNKNOWN_ID = '01920000-0000-7000-8000-000000000000'

function get(path: string, as: string | undefined = token): Promise<Answer> {
  return web.rest('GET', path, { token: as })
}
function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
  return web.rest('POST', path, { token, body, headers })
}
function patch(path: string, body: unknown): Promise<Answer> {
  return web.rest('PATCH', path, { token, body })
}

/** Every refusal is a problem document that names its request. */
function expectProblem(answer: Answer, status: number, code: string, path?: string): void {
  expect({ status: answer.status, code: answer.body.code, detail: answer.body.detail }).toMatchObject({ status, code })
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ type: `urn:virel:problem:${code}`, status })
  expect(answer.body.title).toEqual(expect.any(String))
  expect(String(answer.body.detail).length).toBeGreaterThan(5)
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'))
  if (path !== undefined) {
    const errors = answer.body.errors as { path: string; message: string }[] | undefined
    expect(errors?.map((error) => error.path)).toContain(path)
  }
}

/** By node:http: fetch() picks its connection and its Host itself. */
function raw(
  method: string,
  path: string,
  { size = 0, agent, headers = {} }: { size?: number; agent?: Agent; headers?: Record<string, string> } = {},
): Promise<{ status: number }> {
  return new Promise((resolve, reject) => {
    const sent = plainRequest(
      `${web.url}/api/v1${path}`,
      { method, agent, headers: { 'content-type': 'application/json', 'content-length': size, ...headers } },
      (response) => {
        response.resume()
        response.on('end', () => resolve({ status: response.statusCode ?? 0 }))
      },
    )
    sent.on('error', reject)
    sent.end('x'.repeat(size))
  })
}

let days = 0
function hour(): { start: string; end: string } {
  const start = new Date(Date.UTC(2027, 0, 1, 18) + days++ * 86_400_000)
  return { start: start.toISOString().replace('.000', ''), end: new Date(start.getTime() + 3_600_000).toISOString() }
}
const lead = () => ({ source: 'partner', client: { name: 'Ann Lee', email: 'ann.lee@example.com' }, message: 'Dinner for two' })
const wish = () => ({
  clientId: world.client.id,
  modelId: world.models[0]?.id ?? '',
  location: world.location.slug,
  ...hour(),
})

interface Noun {
  path: string
  valid: () => Record<string, unknown>
  /** A field that must be there, to be sent wrongly. */
  text: string
  edit?: Record<string, unknown>
  status?: string
  filter: string
}
const NOUNS: Noun[] = [
  { path: 'inquiries', valid: lead, text: 'message', edit: { subject: 'New' }, status: 'qualified', filter: 'status=new' },
  {
    path: 'bookings',
    valid: wish,
    text: 'internalNotes',
    edit: { internalNotes: 'New' },
    status: 'pending',
    filter: 'status=draft',
  },
  { path: 'tasks', valid: () => ({ subject: 'Call back' }), text: 'subject', status: 'in_progress', filter: 'status=open' },
  { path: 'exceptions', valid: () => ({ summary: 'Odd' }), text: 'summary', status: 'investigating', filter: 'status=open' },
  { path: 'clients', valid: () => ({ name: 'Ann Lee' }), text: 'name', edit: { about: 'New' }, filter: 'tag=vip' },
  {
    path: 'models',
    valid: () => ({ name: 'Nova', primaryLocation: world.location.slug, stats: { age: 30 } }),
    text: 'name',
    edit: { name: 'Nova Two' },
    status: 'active',
    filter: 'status=active',
  },
  {
    path: 'users',
    valid: () => ({ email: `u${days++}@example.com`, name: 'Una', password: 'a long enough password', roles: ['OPERATOR'] }),
    text: 'name',
    edit: { name: 'Una Two' },
    filter: 'role=OPERATOR',
  },
]

describe.each(NOUNS.map((noun) => [noun.path, noun] as const))('REST /%s', (path, noun) => {
  test('makes one with 201, reads it bare, lists it in an envelope', async () => {
    const made = await post(`/${path}`, noun.valid())
    expect(made.status).toBe(201)
    expect(made.body).toMatchObject({ version: 1, status: expect.any(String) })
    expect(made.body.id).toMatch(UUID)
    expect(made.body.createdAt).toMatch(INSTANT)
    expect(made.body.updatedAt).toMatch(INSTANT)
    if (path !== 'users') expect(made.body.ref).toEqual(expect.any(String))
    const read = await get(`/${path}/${made.body.id}`)
    expect([read.status, read.body.id, read.body.version]).toEqual([200, made.body.id, 1])
    const list = await get(`/${path}?limit=1`)
    expect(list.status).toBe(200)
    expect(list.body).toMatchObject({ items: [{ id: expect.any(String) }] })
    expect(list.body).toHaveProperty('nextCursor')
    expect((await get(`/${path}?${noun.filter}`)).status).toBe(200)
  })

  test('pages by its cursor without a gap', async () => {
    for (let i = 0; i < 3; i++) await post(`/${path}`, noun.valid())
    const all = await get(`/${path}?limit=200&sort=-createdAt`)
    const first = await get(`/${path}?limit=2&sort=-createdAt`)
    const second = await get(`/${path}?limit=2&sort=-createdAt&cursor=${encodeURIComponent(String(first.body.nextCursor))}`)
    const idsOf = (answer: Answer) => (answer.body.items as { id: string }[]).map((item) => item.id)
    expect([...idsOf(first), ...idsOf(second)].slice(0, 4)).toEqual(
      idsOf(all).slice(0, [...idsOf(first), ...idsOf(second)].length),
    )
  })

  test('refuses what a list does not know with 400', async () => {
    expectProblem(await get(`/${path}?nonsense=1`), 400, 'malformed', 'nonsense')
    expectProblem(await get(`/${path}?limit=0`), 400, 'malformed', 'limit')
    expectProblem(await get(`/${path}?limit=201`), 400, 'malformed', 'limit')
    expectProblem(await get(`/${path}?limit=ten`), 400, 'malformed', 'limit')
    expectProblem(await get(`/${path}?sort=password`), 400, 'malformed', 'sort')
    expectProblem(await get(`/${path}?cursor=abc`), 400, 'malformed', 'cursor')
  })

  test('refuses a body with unknown, missing or mistyped fields with 422 and names each', async () => {
    expectProblem(await post(`/${path}`, { ...noun.valid(), nonsense: 1 }), 422, 'invalid', 'nonsense')
    const two = await post(`/${path}`, { ...noun.valid(), first: 1, second: 2 })
    expectProblem(two, 422, 'invalid', 'first')
    expectProblem(two, 422, 'invalid', 'second')
    for (const wrong of [42, true, {}, ['x']]) {
      expectProblem(await post(`/${path}`, { ...noun.valid(), [noun.text]: wrong }), 422, 'invalid', noun.text)
    }
    expectProblem(await post(`/${path}`, {}), 422, 'invalid')
    for (const bad of ['a\u0000b', 'a\u0007b', 'a\ud800b']) {
      expectProblem(await post(`/${path}`, { ...noun.valid(), [noun.text]: bad }), 422, 'invalid', noun.text)
    }
    expectProblem(await post(`/${path}`, { ...noun.valid(), [noun.text]: 'x'.repeat(20_000) }), 422, 'invalid', noun.text)
  })

  test('refuses a body that is no JSON object, of another type, or too large', async () => {
    expectProblem(await post(`/${path}`, '{"name": '), 400, 'malformed')
    expectProblem(await post(`/${path}`, '[1, 2]'), 400, 'malformed')
    expectProblem(await post(`/${path}`, 'null'), 400, 'malformed')
    expectProblem(await post(`/${path}`, '"text"'), 400, 'malformed')
    expectProblem(
      await post(`/${path}`, 'name=Ann', { 'content-type': 'application/x-www-form-urlencoded' }),
      415,
      'unsupported_media_type',
    )
    expectProblem(await post(`/${path}`, '<x/>', { 'content-type': 'application/xml' }), 415, 'unsupported_media_type')
    expectProblem(await post(`/${path}`, { [noun.text]: 'x'.repeat(1_100_000) }), 413, 'too_large')
  })

  test('answers what comes after a refused body on the same connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const sizes = { 1100000: 413, 4000000: 413 }
    for (const [size, status] of Object.entries(sizes)) {
      expect((await raw('POST', `/${path}`, { size: Number(size), agent })).status).toBe(status)
      expect((await raw('GET', '/health', { agent })).status).toBe(200)
    }
    // Without a length, as a stream: it is cut off where it is too much.
    const streamed = await fetch(`${web.url}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: new Blob(Array.from({ length: 30 }, () => 'x'.repeat(65_536))).stream(),
      duplex: 'half',
    })
    expect([streamed.status, (await streamed.json()).code]).toEqual([413, 'too_large'])
    const unread = await raw('POST', `/${path}`, { size: 500_000, agent, headers: { authorization: 'Bearer wrong' } })
    expect(unread.status).toBe(401)
    expect((await raw('GET', '/health', { agent })).status).toBe(200)
    agent.destroy()
  })

  test('answers an unknown id with 404, no id with 422 or 400, strangers with 401', async () => {
    expectProblem(await get(`/${path}/${UNKNOWN_ID}`), 404, 'not_found')
    expectProblem(await get(`/${path}/42`), 400, 'malformed', 'id')
    expectProblem(await get(`/${path}/${encodeURIComponent("1' or '1'='1")}`), 400, 'malformed', 'id')
    expectProblem(await web.rest('GET', `/${path}`), 401, 'unauthenticated')
    expectProblem(await web.rest('POST', `/${path}`, { body: noun.valid() }), 401, 'unauthenticated')
    expectProblem(await web.rest('DELETE', `/${path}`, { token }), 404, 'not_found')
    const stranger = await web.signIn(await makeUser(database(), 'INTEGRATIONS_ADMIN'))
    expectProblem(await get(`/${path}`, stranger), 403, 'forbidden')
    expectProblem(await web.rest('POST', `/${path}`, { token: stranger, body: noun.valid() }), 403, 'forbidden')
  })

  test('stores markup, SQL and any script of the world as they are', async () => {
    for (const text of [
      '<script>alert(1)</script>',
      "Robert'); drop table clients;--",
      '{{7*7}} #{7*7}',
      '李小龍 Ωμέγα 🦊 é',
      '=1+1',
    ]) {
      const made = await post(`/${path}`, { ...noun.valid(), [noun.text]: text })
      expect([made.status, made.body[noun.text]]).toEqual([201, text.normalize('NFC')])
      expect(made.headers.get('content-type')).toContain('application/json')
    }
  })

  test('refuses a write on an old version with 409 and what changed', async () => {
    if (!noun.edit) return
    const { body } = await post(`/${path}`, noun.valid())
    const edited = await patch(`/${path}/${body.id}`, { ...noun.edit, version: 1 })
    expect([edited.status, edited.body.version]).toEqual([200, 2])
    const stale = await patch(`/${path}/${body.id}`, { ...noun.edit, version: 1 })
    expectProblem(stale, 409, 'stale_write')
    expect(stale.body).toMatchObject({ currentVersion: 2, changed: expect.any(Object) })
    expectProblem(await patch(`/${path}/${UNKNOWN_ID}`, noun.edit), 404, 'not_found')
    expectProblem(await patch(`/${path}/${body.id}`, { ...noun.edit, nonsense: 1 }), 422, 'invalid', 'nonsense')
    for (const version of [0, -1, 1.5, 1e30, 'x']) {
      expectProblem(await patch(`/${path}/${body.id}`, { ...noun.edit, version }), 422, 'invalid', 'version')
    }
  })

  test('moves along its lifecycle by POST …/status and says what is possible when it refuses', async () => {
    if (!noun.status) return
    const { body } = await post(`/${path}`, noun.valid())
    const refused = await post(`/${path}/${body.id}/status`, { newStatus: 'nonsense' })
    expectProblem(refused, 409, 'transition_refused')
    expect(refused.body).toMatchObject({ from: body.status, newStatus: 'nonsense', rule: 'unknownStatus' })
    expect(refused.body.possible).toContain(noun.status)
    const moved = await post(`/${path}/${body.id}/status`, { newStatus: noun.status })
    expect(moved.status).toBe(200)
    const one = { inquiries: 'inquiry', bookings: 'booking', tasks: 'task', exceptions: 'exception', models: 'model' }[path]
    expect(moved.body[one ?? '']).toMatchObject({ id: body.id, status: noun.status, version: 2 })
    expect(moved.body.transition).toMatchObject({
      from: body.status,
      to: noun.status,
      at: expect.stringMatching(INSTANT),
      by: 'OWNER',
    })
    expectProblem(await post(`/${path}/${body.id}/status`, { newStatus: noun.status, version: 1 }), 409, 'stale_write')
    expectProblem(await post(`/${path}/${body.id}/status`, {}), 422, 'invalid', 'newStatus')
    expectProblem(
      await post(`/${path}/${body.id}/status`, { newStatus: noun.status, metadata: { evil: 1 } }),
      422,
      'invalid',
      'metadata.evil',
    )
  })
})

describe('REST rules of single fields', () => {
  test('the same source and externalRef is the same inquiry: 201, then 200, also when sent at once', async () => {
    const message = { ...lead(), externalRef: 'msg-1' }
    const first = await post('/inquiries', message)
    const again = await post('/inquiries', { ...message, message: 'said differently' })
    expect([first.status, again.status, again.body.id, again.body.message]).toEqual([201, 200, first.body.id, 'Dinner for two'])
    const atOnce = await Promise.all(Array.from({ length: 10 }, () => post('/inquiries', { ...lead(), externalRef: 'msg-2' })))
    expect(new Set(atOnce.map((answer) => answer.body.id)).size).toBe(1)
    expect(atOnce.filter((answer) => answer.status === 201)).toHaveLength(1)
    expect((await post('/inquiries', { ...lead(), source: 'web', externalRef: 'msg-1' })).status).toBe(201)
  })

  test('dates out of order, impossible or without a zone are refused', async () => {
    const { start, end } = hour()
    expectProblem(await post('/bookings', { ...wish(), start: end, end: start }), 422, 'invalid', 'end')
    expectProblem(await post('/bookings', { ...wish(), end: start, start }), 422, 'invalid', 'end')
    for (const bad of [
      '2027-02-30T19:00:00Z',
      '2027-01-01T19:00:00',
      '2027-01-01',
      'tomorrow',
      '275760-09-13T00:00:00Z',
      1_800_000_000,
    ]) {
      expectProblem(await post('/bookings', { ...wish(), start: bad }), 422, 'invalid', 'start')
    }
    expectProblem(await post('/inquiries', { ...lead(), from: end, to: start }), 422, 'invalid', 'to')
    expectProblem(await get('/bookings?startFrom=yesterday'), 400, 'malformed', 'startFrom')
  })

  test('one end of a booking moved too far from the other is refused by its name', async () => {
    const { body } = await post('/bookings', wish())
    const far = new Date(Date.parse(String(body.end)) + 30 * 86_400_000).toISOString()
    expectProblem(await patch(`/bookings/${body.id}`, { end: far }), 422, 'invalid', 'end')
    expectProblem(await patch(`/bookings/${body.id}`, { start: far }), 422, 'invalid', 'start')
  })

  test('negative, broken, fractional or huge money is refused', async () => {
    for (const amount of [-1, 0, 1.5, 100_000_001, 1e300, Number.MAX_SAFE_INTEGER + 2, '100', null]) {
      expectProblem(
        await post('/bookings', { ...wish(), depositRequired: { amount, currency: 'GBP' } }),
        422,
        'invalid',
        'depositRequired.amount',
      )
    }
    for (const currency of ['gbp', 'POUND', '', 1]) {
      expectProblem(
        await post('/bookings', { ...wish(), depositRequired: { amount: 1, currency } }),
        422,
        'invalid',
        'depositRequired.currency',
      )
    }
  })

  test('places, services, models and clients that are not there are named', async () => {
    expectProblem(await post('/bookings', { ...wish(), location: 'atlantis' }), 422, 'invalid', 'location')
    expectProblem(await post('/bookings', { ...wish(), modelId: UNKNOWN_ID }), 422, 'invalid', 'modelId')
    expectProblem(await post('/bookings', { ...wish(), clientId: UNKNOWN_ID }), 422, 'invalid', 'clientId')
    expectProblem(await post('/bookings', { ...wish(), services: ['flying'] }), 422, 'invalid', 'services.0')
    expectProblem(await post('/inquiries', { ...lead(), location: 'atlantis' }), 422, 'invalid', 'location')
    expectProblem(await post('/inquiries', { ...lead(), client: { name: 'Ann' } }), 422, 'invalid', 'client.email')
    expectProblem(
      await post('/inquiries', { ...lead(), client: { name: 'Ann', email: 'no', evil: 1 } }),
      422,
      'invalid',
      'client.email',
    )
    expectProblem(
      await post('/users', { email: 'a@example.com', name: 'A', password: 'short', roles: [] }),
      422,
      'invalid',
      'password',
    )
    expectProblem(
      await post('/models', { name: 'X', primaryLocation: world.location.slug, stats: { age: 17 } }),
      422,
      'invalid',
      'stats.age',
    )
  })

  test('`__proto__` and `constructor` are fields like others: unknown', async () => {
    const answer = await post('/clients', '{"name":"Ann","constructor":{"prototype":{"polluted":true}}}')
    expectProblem(answer, 422, 'invalid', 'constructor')
    const proto = await post('/clients', '{"name":"Ann","__proto__":{"polluted":true}}')
    expect([201, 422]).toContain(proto.status)
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false)
    expect((await get('/clients?__proto__=1')).status).toBe(400)
  })

  test('an address nobody answers, a broken one and one too long are problems too', async () => {
    expectProblem(await get('/nothing/here'), 404, 'not_found')
    expectProblem(await get(`/clients?q=${'x'.repeat(9_000)}`), 413, 'too_large')
    expect((await get('/clients/%E0%A4%A')).status).toBeLessThan(500)
    expect((await get('/clients/%00')).status).toBe(400)
  })

  test('health, the OpenAPI document and its viewer are open; the document names every REST path', async () => {
    expect((await web.rest('GET', '/health/ready')).body).toEqual({ status: 'ok', database: 'up' })
    const { status, body } = await web.rest<{ openapi: string; paths: Record<string, unknown> }>('GET', '/openapi.json')
    expect([status, body.openapi]).toEqual([200, '3.1.0'])
    expect(Object.keys(body.paths)).toEqual(expect.arrayContaining([expect.stringContaining('/bookings/{id}/status')]))
    expect((await fetch(`${web.url}/api/docs`)).status).toBe(200)
    expect((await fetch(`${web.url}/api/docs/..%2f..%2fpackage.json`)).status).toBe(404)
  })
})

describe('requests from another site (S4)', () => {
  const write = (headers: Record<string, string>) => post('/clients', { name: 'Cross Site' }, headers)
  const count = async () =>
    (await database().db.selectFrom('clients').select('id').where('name', '=', 'Cross Site').execute()).length

  test('are not carried out, whatever their Host and forwarded headers claim', async () => {
    const foreign: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site', origin: 'http://localhost:3000' },
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: 'http://localhost:3000.evil.example' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { origin: web.url },
    ]
    for (const headers of foreign) expectProblem(await write(headers), 403, 'cross_site')
    // fetch() does not send a Host of one's choice.
    const headers = { authorization: `Bearer ${token}`, origin: 'https://evil.example', host: 'evil.example' }
    expect((await raw('POST', '/clients', { headers })).status).toBe(403)
    expect(await count()).toBe(0)
    expect((await write({ origin: 'http://localhost:3000' })).status).toBe(201)
    expect((await write({ 'sec-fetch-site': 'same-origin' })).status).toBe(201)
    expect((await write({})).status).toBe(201)
    expect(await count()).toBe(3)
  })

  test('reach no screen either: not by ?_data=, a resource route, a form, or a host that is claimed', async () => {
    const paths = [
      '/sign-out',
      '/sign-out?_data=routes%2Fsign-out',
      '/theme',
      '/admin/tasks/new?index',
      '/admin/tasks/new?_data=root',
    ]
    const claims: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const path of paths) {
      for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain']) {
        for (const claim of claims) {
          const headers = { 'content-type': type, ...claim }
          const answer = await fetch(`${web.url}${path}`, { method: 'POST', headers, body: 'intent=default', redirect: 'manual' })
          expect([path, type, answer.status]).toEqual([path, type, 403])
        }
      }
    }
  })

  test('negative control: with any origin accepted they would be', () => {
    const headers = new Headers({ origin: 'https://evil.example' })
    expect(isCrossSite('POST', headers, new Set(['http://localhost:3000']))).toBe(true)
    expect(isCrossSite('POST', headers, new Set(['http://localhost:3000', 'https://evil.example']))).toBe(false)
  })

  const trpc = (path: string, body: string, headers: Record<string, string>, method = 'POST') =>
    fetch(`${web.url}/api/trpc/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(method === 'POST' ? { body } : {}),
    })

  test('over tRPC need JSON and a header no form can send', async () => {
    const body = JSON.stringify({ name: 'Cross Site' })
    const json = { 'content-type': 'application/json' }
    const before = await count()
    expect((await trpc('clients.create', body, json)).status).toBe(403)
    expect((await trpc('clients.create', body, { 'content-type': 'text/plain', 'x-trpc-source': 'web' })).status).toBe(415)
    const multipart = { 'content-type': 'multipart/form-data; boundary=x', 'x-trpc-source': 'web' }
    const form = '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nCross Site\r\n--x--\r\n'
    expect((await trpc('clients.create', form, multipart)).status).toBe(415)
    expect(
      (await trpc('clients.create', body, { 'content-type': 'application/octet-stream', 'x-trpc-source': 'web' })).status,
    ).toBe(415)
    const byGet = await trpc(`clients.create?input=${encodeURIComponent(body)}`, '', {}, 'GET')
    expect(byGet.status).toBeGreaterThanOrEqual(400)
    expect(await count()).toBe(before)
    expect((await trpc('clients.create', body, { ...json, 'x-trpc-source': 'web' })).status).toBe(200)
  })

  test('sign-in is not batched, however the comma is spelled, and no batch has more than ten calls', async () => {
    const headers = { 'content-type': 'application/json', 'x-trpc-source': 'web' }
    const guess = { email: 'a@example.com', password: 'x' }
    for (const comma of [',', '%2C', '%2c']) {
      const answer = await trpc(`auth.login${comma}auth.login?batch=1`, JSON.stringify({ 0: guess, 1: guess }), headers)
      expect([comma, answer.status]).toEqual([comma, 400])
      expect(await answer.text()).not.toContain('The email address or the password is wrong')
    }
    const many = Array.from({ length: 11 }, () => 'auth.me').join(',')
    const input = encodeURIComponent(JSON.stringify(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [i, {}]))))
    expect((await trpc(`${many}?batch=1&input=${input}`, '', {}, 'GET')).status).toBe(400)
    const malformed = await trpc('auth.me%E0%A4%A', '', {}, 'GET')
    expect([400, 404]).toContain(malformed.status)
  })
})

describe('headers of every answer', () => {
  test('also of refusals: no sniffing, no frames, scripts by a nonce that is never the same', async () => {
    const pages = ['/health', '/health/live', '/nothing']
    const api = ['/api/v1/health', '/api/v1/clients', '/api/v1/nothing', '/api/docs', '/api/v1/openapi.json']
    const answers = await Promise.all([...pages, ...api].map((path) => fetch(`${web.url}${path}`)))
    answers.push(await fetch(`${web.url}/api/v1/clients`, { method: 'POST', headers: { origin: 'https://evil.example' } }))
    const nonces = new Set<string>()
    for (const { headers, url } of answers) {
      const csp = headers.get('content-security-policy') ?? ''
      const scripts = /script-src ([^;]*)/.exec(csp)?.[1] ?? ''
      // What answers no page has no scripts of its own to allow.
      expect(scripts).toMatch(url.includes('/api/') ? /^'self'$/ : /^'self' 'nonce-[A-Za-z0-9+/]{22}=='$/)
      if (!url.includes('/api/')) nonces.add(scripts)
      expect(csp).toContain("default-src 'self'")
      expect(csp).toContain("object-src 'none'")
      expect(csp).toContain("base-uri 'none'")
      expect(csp).toContain("frame-ancestors 'none'")
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('same-origin')
      expect(headers.get('x-request-id')).toMatch(/^[\w.-]{8,64}$/)
      expect(headers.get('x-powered-by')).toBeNull()
    }
    expect(nonces.size).toBe(pages.length)
    expect((await get('/clients')).headers.get('cache-control')).toBe('no-store')
  })

  test('a request id that is given is kept when it is one, else replaced', async () => {
    expect((await web.rest('GET', '/health', { headers: { 'x-request-id': 'my-request-1' } })).headers.get('x-request-id')).toBe(
      'my-request-1',
    )
    expect((await web.rest('GET', '/health', { headers: { 'x-request-id': '<script>' } })).headers.get('x-request-id')).toMatch(
      UUID,
    )
  })
})

describe('the database away', () => {
  test('is 503 at once and as a problem; what comes after it is back is served', async () => {
    const { name } = database()
    await asAdmin(`alter database ${name} with allow_connections false`)
    await asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`)
    await until('the web process has noticed', async () => (await web.rest('GET', '/health/ready')).status === 503)
    const from = performance.now()
    const away = await get('/clients')
    expectProblem(away, 503, 'unavailable')
    expect(away.headers.get('retry-after')).toBe('2')
    expectProblem(await post('/clients', { name: 'Ann' }), 503, 'unavailable')
    // Waiting for a connection would take ten seconds each.
    expect(performance.now() - from).toBeLessThan(5_000)
    expect((await web.rest('GET', '/health/live')).status).toBe(200)
    await asAdmin(`alter database ${name} with allow_connections true`)
    await until('it is served again', async () => (await get('/clients')).status === 200)
    expect((await post('/clients', { name: 'Back Again' })).status).toBe(201)
  })
})

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') })
  await client.connect()
  await client.query(statement)
  await client.end()
}
