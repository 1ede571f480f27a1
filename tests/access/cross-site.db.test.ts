import { request as plainRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { isCrossSite } from '#server/http/cross-site.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const OWN = 'http://localhost:3000'
const database = testDatabase()
let web: TestWeb
let owner: Actor & { id: string }
let token: string
beforeAll(async () => {
  web = await startWeb(database())
  owner = await makeUser(database(), 'OWNER')
  token = await web.signIn(owner)
})
afterAll(async () => {
  await web.close()
})

interface Way {
  what: string
  method?: string
  path: string
  type?: string
  body?: string
  headers?: Record<string, string>
}
/** By node:http, which sends just these headers: fetch adds some of its own. The browser's cookie always comes along. */
function send(
  { method = 'POST', path, type, body = '', headers = {} }: Way,
  claims: Record<string, string>,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = plainRequest(
      `${web.url}${path}`,
      {
        method,
        headers: {
          cookie: `virel=${token}`,
          ...(type ? { 'content-type': type } : {}),
          ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
          ...headers,
          ...claims,
        },
      },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString()
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const client = JSON.stringify({ name: 'Cross Site' })
const multipart = '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nCross Site\r\n--x--\r\n'
const FORM = 'application/x-www-form-urlencoded'
const MULTIPART = 'multipart/form-data; boundary=x'

/** What a foreign page can make a browser send with its cookies, and what it may try besides. */
const WAYS: Way[] = [
  { what: 'a form', path: '/admin/clients/new', type: FORM, body: 'intent=default&name=Cross+Site' },
  { what: 'a form with a file', path: '/admin/clients/new', type: MULTIPART, body: multipart },
  { what: 'a form of plain text', path: '/admin/clients/new', type: 'text/plain', body: client },
  { what: 'a data request', path: '/admin/clients/new?_data=routes%2Fadmin.clients.new', type: FORM, body: 'name=Cross+Site' },
  { what: 'a data request to the root', path: '/?_data=root', type: FORM, body: 'x=1' },
  { what: 'an index route', path: '/admin/clients?index', type: FORM, body: 'name=Cross+Site' },
  { what: 'a resource route', path: '/sign-out', type: FORM, body: '' },
  { what: 'the theme', path: '/theme', type: FORM, body: 'theme=dark' },
  { what: 'sign-in', path: '/sign-in', type: FORM, body: 'email=evil@example.com&password=x' },
  { what: 'REST with JSON', path: '/api/v1/clients', type: 'application/json', body: client },
  { what: 'REST with JSON as text', path: '/api/v1/clients', type: 'text/plain', body: client },
  { what: 'REST with a form', path: '/api/v1/clients', type: FORM, body: 'name=Cross+Site' },
  { what: 'REST without a type', path: '/api/v1/clients', body: client },
  { what: 'REST with a query of the method', path: '/api/v1/clients?_method=PATCH', type: 'application/json', body: client },
  { what: 'PUT', method: 'PUT', path: '/api/v1/clients', type: 'application/json', body: client },
  { what: 'PATCH', method: 'PATCH', path: '/api/v1/me', type: 'application/json', body: client },
  { what: 'DELETE', method: 'DELETE', path: '/api/v1/me/sessions/all' },
  { what: 'tRPC', path: '/api/trpc/clients.create', type: 'application/json', body: client, headers: { 'x-trpc-source': 'web' } },
  {
    what: 'tRPC as a form',
    path: '/api/trpc/clients.create',
    type: MULTIPART,
    body: multipart,
    headers: { 'x-trpc-source': 'web' },
  },
  { what: 'tRPC in a batch', path: '/api/trpc/clients.create?batch=1', type: 'application/json', body: `{"0":${client}}` },
  { what: 'signing out', path: '/api/v1/auth/logout', type: 'application/json', body: '{}' },
  { what: 'an address there is not', path: '/nothing', type: FORM, body: 'x=1' },
]
/** What such a request says about itself. Own pages can't be claimed: scripts may not set these headers. */
const CLAIMS: Record<string, string>[] = [
  {},
  { origin: 'null' },
  { origin: 'https://evil.example' },
  { origin: 'http://127.0.0.1:3000' },
  { origin: 'http://localhost:3000.evil.example' },
  { origin: 'http://localhost:30000' },
  { origin: 'https://localhost:3000' },
  { origin: 'http://LOCALHOST:3000' },
  { origin: `${OWN}/` },
  { origin: `${OWN}, https://evil.example` },
  { origin: '' },
  { 'sec-fetch-site': 'cross-site' },
  { 'sec-fetch-site': 'same-site' },
  { 'sec-fetch-site': 'SAME-ORIGIN' },
  { 'sec-fetch-site': '' },
  { 'sec-fetch-site': 'cross-site', origin: OWN },
  { 'sec-fetch-site': 'same-site', origin: OWN, 'sec-fetch-mode': 'navigate', 'sec-fetch-user': '?1' },
  { origin: 'https://evil.example', host: 'evil.example' },
  { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { origin: 'https://evil.example', forwarded: 'host=evil.example;proto=https' },
  { origin: 'https://evil.example', 'x-original-host': 'evil.example', 'x-host': 'evil.example' },
  { referer: `${OWN}/admin/clients/new` },
  { authorization: 'Basic dmlyZWw6dmlyZWw=' },
  { authorization: 'Bearer' },
  { 'x-http-method-override': 'GET', 'x-method-override': 'GET', 'x-http-method': 'GET', origin: 'https://evil.example' },
]

async function written(): Promise<number> {
  const clients = await database().db.selectFrom('clients').select('id').execute()
  const audit = await database().db.selectFrom('audit_log').select('id').execute()
  const sessions = await database().db.selectFrom('sessions').select('id').execute()
  return clients.length + audit.length - sessions.length
}

describe('requests with the cookie from another site (S4)', () => {
  test(`${WAYS.length} ways by ${CLAIMS.length} claims: each is refused before anything is asked`, async () => {
    const before = await written()
    const through: string[] = []
    for (const way of WAYS) {
      for (const claims of CLAIMS) {
        const { status, text } = await send(way, claims)
        if (status !== 403 || !text.includes('another site'))
          through.push(`${way.what} ${JSON.stringify(claims)}: ${status} ${text.slice(0, 100)}`)
      }
    }
    expect(through).toEqual([])
    expect(await written()).toBe(before)
    expect((await web.rest('GET', '/me', { token })).status).toBe(200)
  })

  test('our own pages get through, and programs with a token of their own', async () => {
    const rest: Way = { what: 'REST', path: '/api/v1/clients', type: 'application/json', body: client }
    expect((await send(rest, { 'sec-fetch-site': 'same-origin', origin: OWN })).status).toBe(201)
    expect((await send(rest, { origin: OWN })).status).toBe(201)
    expect((await send(rest, { 'sec-fetch-site': 'none' })).status).toBe(201)
    expect((await send(rest, { authorization: `Bearer ${token}` })).status).toBe(201)
  })

  test('reading methods change nothing, whatever they carry', async () => {
    const before = await written()
    for (const method of ['GET', 'HEAD', 'OPTIONS']) {
      const answers = [
        await send(
          { what: 'override', method, path: '/api/v1/clients?_method=POST', headers: { 'x-http-method-override': 'POST' } },
          {},
        ),
        await send({ what: 'trpc', method, path: `/api/trpc/clients.create?input=${encodeURIComponent(client)}` }, {}),
        await send(
          { what: 'trpc batch', method, path: `/api/trpc/clients.create?batch=1&input=${encodeURIComponent(`{"0":${client}}`)}` },
          {},
        ),
        await send({ what: 'trpc body', method, path: '/api/trpc/clients.create', type: 'application/json', body: client }, {}),
        await send({ what: 'out', method, path: '/api/v1/auth/logout' }, {}),
      ]
      expect([method, answers.filter(({ status }) => ![200, 204, 400, 404, 405].includes(status))]).toEqual([method, []])
    }
    expect(await written()).toBe(before)
    expect((await web.rest('GET', '/me', { token })).status).toBe(200)
  })

  test('methods nobody uses are refused and break nothing', async () => {
    for (const method of ['TRACE', 'PROPFIND', 'LOCK', 'PURGE', 'QUERY', 'SEARCH']) {
      const { status, text } = await send({ what: method, method, path: '/api/v1/clients' }, { origin: OWN })
      expect([method, status >= 400 && status < 500]).toEqual([method, true])
      expect(text).not.toContain(token)
    }
  })

  test('no answer lets a foreign page read it', async () => {
    for (const headers of [{ origin: 'https://evil.example' }, { origin: OWN }, { origin: 'null' }]) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await fetch(`${web.url}/api/v1/me`, {
          method,
          headers: { ...headers, 'access-control-request-method': 'POST' },
        })
        expect([...answer.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
        expect(answer.headers.get('cross-origin-resource-policy')).toBe('same-origin')
      }
    }
  })

  test('negative control: with any origin accepted, or cookies without one, they would pass', () => {
    const anyone = new Set([OWN, 'https://evil.example'])
    const foreign = new Headers({ cookie: `virel=${token}`, origin: 'https://evil.example' })
    expect(isCrossSite('POST', foreign, new Set([OWN]))).toBe(true)
    expect(isCrossSite('POST', foreign, anyone)).toBe(false)
    expect(isCrossSite('POST', new Headers({ cookie: 'virel=x' }), new Set([OWN]))).toBe(true)
    expect(isCrossSite('POST', new Headers({}), new Set([OWN]))).toBe(false)
  })
})
