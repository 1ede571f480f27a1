import { request as plainRequest } from 'node:http'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { makePerson, PASSWORD } from '#tests/support/browser.ts'
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

test('with an https address every cookie is for this host alone, and browsers are told to stay with https', async () => {
  const person = await makePerson(database(), 'OPERATOR', 'Una Own')
  const secure = await startWeb(database(), { screens: true, appUrl: 'https://ops.example.com' })
  onTestFinished(() => secure.close())
  const post = (path: string, form: Record<string, string>, cookie = '') =>
    fetch(`${secure.url}${path}`, {
      method: 'POST',
      headers: { origin: 'https://ops.example.com', cookie },
      body: new URLSearchParams(form),
      redirect: 'manual',
    })
  const signedIn = await post('/sign-in', { intent: 'sign-in', email: person.email ?? '', password: PASSWORD })
  const session = signedIn.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0])
    .join('; ')
  const task = { intent: 'create', subject: 'Call' }
  const answers = [signedIn, await post('/theme', { theme: 'dark', back: '/' }), await post('/admin/tasks/new', task, session)]
  const cookies = answers.flatMap(({ headers }) => headers.getSetCookie())
  expect(cookies.length).toBeGreaterThan(2)
  expect(session).toContain('__Host-virel=')
  for (const cookie of cookies) {
    expect(cookie).toMatch(/^__Host-/)
    for (const flag of ['; Secure', '; HttpOnly', '; SameSite=Lax']) expect(cookie).toContain(flag)
    expect(cookie).toContain('Path=/;')
    expect(cookie).not.toMatch(/domain/i)
  }
  for (const { headers } of answers) {
    expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
  }
  // What a neighbour below the same domain sets is not read.
  const page = async (cookie: string) =>
    (await fetch(`${secure.url}/admin/tasks`, { headers: { cookie: `${session}; ${cookie}`, accept: 'text/html' } })).text()
  const flash = encodeURIComponent(JSON.stringify({ id: 'x', text: 'planted by a neighbour' }))
  expect(await page(`__Host-flash=${flash}`)).toContain('planted by a neighbour')
  expect(await page(`flash=${flash}`)).not.toContain('planted by a neighbour')
})

test('negative control: a redirect, a link or a cookie to the claimed host is noticed', () => {
  const answer = { status: 302, cookies: [], everything: '' }
  expect(leaks({ ...answer, location: '/admin' })).toEqual([])
  for (const location of [`https://${EVIL}/`, `//${EVIL}/`, `/\\${EVIL}`, 'https:/x'])
    expect(leaks({ ...answer, location })).toHaveLength(1)
  expect(leaks({ ...answer, cookies: ['virel=x; Domain=example.com'] })).toHaveLength(1)
  expect(leaks({ ...answer, everything: `<link rel="canonical" href="https://${EVIL}/">` })).toHaveLength(1)
})
