import { request as plainRequest } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let token: string
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  token = await web.signIn(await makeUser(database(), 'OWNER'))
})
afterAll(async () => {
  await web.close()
})

interface Answered {
  status: number
  location?: string
  cookies: string[]
  /** Headers and body as they came. */
  everything: string
}
/** By node:http: fetch() sends the Host it connects to. */
function ask(path: string, headers: Record<string, string>, { method = 'GET', body = '' } = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const sent = plainRequest(`${web.url}${path}`, { method, headers: { accept: 'text/html', ...headers } }, (response) => {
      let text = ''
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString()
      })
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          location: response.headers.location,
          cookies: response.headers['set-cookie'] ?? [],
          everything: JSON.stringify(response.headers) + text,
        }),
      )
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

const EVIL = 'evil.example'
/** What a sender or a proxy that believes it may claim about where this is. */
const CLAIMS: Record<string, string>[] = [
  { host: EVIL },
  { host: `${EVIL}:443` },
  { host: `localhost:3000@${EVIL}` },
  { host: `localhost:3000.${EVIL}` },
  { host: 'localhost:3000', 'x-forwarded-host': EVIL },
  { 'x-forwarded-host': `${EVIL}, localhost:3000`, 'x-forwarded-proto': 'https' },
  { 'x-forwarded-server': EVIL, 'x-forwarded-port': '443', 'x-forwarded-scheme': 'https' },
  { forwarded: `for=192.0.2.1;host=${EVIL};proto=https` },
  { 'x-original-host': EVIL, 'x-host': EVIL, 'x-http-host-override': EVIL },
  { 'x-original-url': `https://${EVIL}/`, 'x-rewrite-url': `//${EVIL}/` },
  { 'x-forwarded-prefix': `//${EVIL}` },
  { referer: `https://${EVIL}/`, 'x-wap-profile': `https://${EVIL}/` },
]

function leaks({ location, cookies, everything }: Answered): string[] {
  const found: string[] = []
  if (everything.includes(EVIL)) found.push('the claimed host is in the answer')
  if (location !== undefined && !/^\/(?![/\\])/.test(location)) found.push(`leads to ${location}`)
  for (const cookie of cookies) if (/domain=/i.test(cookie)) found.push(`a cookie for ${cookie}`)
  return found
}

test(`${CLAIMS.length} spellings of a foreign host lead nowhere: no redirect, link or cookie follows them (S12)`, async () => {
  const signedIn = { cookie: `virel=${token}` }
  const form = { origin: 'http://localhost:3000', 'content-type': 'application/x-www-form-urlencoded' }
  const problems: string[] = []
  for (const claim of CLAIMS) {
    const answers: [string, Answered][] = []
    for (const path of [
      '/',
      '/sign-in',
      '/inquiry',
      '/admin',
      '/admin/bookings',
      '/nothing',
      '/api/v1/openapi.json',
      '/api/docs',
    ]) {
      answers.push([path, await ask(path, claim)], [`${path} signed in`, await ask(path, { ...signedIn, ...claim })])
    }
    answers.push(['theme', await ask('/theme', { ...form, ...claim }, { method: 'POST', body: 'theme=dark&back=%2F' })])
    answers.push([
      'sign-in',
      await ask('/sign-in', { ...form, ...claim }, { method: 'POST', body: 'email=a%40example.com&password=wrong+password' }),
    ])
    for (const [what, answer] of answers) {
      if (answer.status >= 500) problems.push(`${what} ${JSON.stringify(claim)}: ${answer.status}`)
      problems.push(...leaks(answer).map((leak) => `${what} ${JSON.stringify(claim)}: ${leak}`))
    }
  }
  expect(problems).toEqual([])
}, 120_000)

test('negative control: a redirect, a link or a cookie to the claimed host is noticed', () => {
  const answer = { status: 302, cookies: [], everything: '' }
  expect(leaks({ ...answer, location: '/admin' })).toEqual([])
  for (const location of [`https://${EVIL}/`, `//${EVIL}/`, `/\\${EVIL}`, 'https:/x'])
    expect(leaks({ ...answer, location })).toHaveLength(1)
  expect(leaks({ ...answer, cookies: ['virel=x; Domain=example.com'] })).toHaveLength(1)
  expect(leaks({ ...answer, everything: `<link rel="canonical" href="https://${EVIL}/">` })).toHaveLength(1)
})
