import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Actor, seededRng } from '#server/context.ts'
import { CANARIES, mayNot, type Planted, VIEWERS, type Viewer } from '#tests/support/canaries.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { screenModules } from '#tests/support/inventory.ts'
import { type IdsOfScreens, plantScreens, screenAddresses, sourceOf } from '#tests/support/screen-addresses.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

// The built screens as they are served, read without a browser: what is not in the answer can be in no page.
const database = testDatabase()
let web: TestWeb
let owner: Actor & { id: string }
let it: Planted
let ids: IdsOfScreens
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  owner = await makeUser(database(), 'OWNER')
  ;({ it, ids } = await plantScreens(database(), owner))
})
afterAll(async () => {
  await web.close()
})

const addresses = () => screenAddresses(ids)

function cookieOf(token: string | undefined): Record<string, string> {
  return token ? { cookie: `virel=${token}` } : {}
}

interface Page {
  path: string
  status: number
  headers: Headers
  text: string
}

/** Every page, and what its loader answers to a script. */
async function pagesFor(token: string | undefined): Promise<Page[]> {
  const loads = (route: string) => sourceOf(route).includes('export const loader')
  const asked = addresses().flatMap(({ route, path }) =>
    loads(route) ? [path, `${path}${path.includes('?') ? '&' : '?'}_data=${encodeURIComponent(route)}`] : [path],
  )
  const pages: Page[] = []
  for (const path of [...new Set(asked)]) {
    const headers = { accept: path.includes('_data') ? '*/*' : 'text/html', ...cookieOf(token) }
    const response = await fetch(`${web.url}${path}`, { headers, redirect: 'manual' })
    pages.push({ path, status: response.status, headers: response.headers, text: unescaped(await response.text()) })
  }
  return pages
}

/** Text as a reader sees it: entities and JSON escapes undone, so that no spelling hides a canary. */
function unescaped(text: string): string {
  return text
    .replaceAll('<!-- -->', '')
    .replace(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replace(/&#x([0-9a-f]+);/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll('&amp;', '&')
}

function seenIn(pages: readonly Page[]): string[] {
  return Object.keys(CANARIES).filter((name) => pages.some((page) => page.text.includes(CANARIES[name]?.text ?? '')))
}

async function tokenOf(viewer: Viewer): Promise<string | undefined> {
  if (viewer === 'nobody' || viewer === 'partner key') return undefined
  return web.signIn(await makeUser(database(), viewer))
}

describe('the screens', () => {
  test('negative control: the owner’s show nearly every canary', async () => {
    const pages = await pagesFor(await web.signIn(owner))
    expect(pages.filter((page) => page.status >= 400).map((page) => `${page.status} ${page.path}`)).toEqual([])
    expect(seenIn(pages).length).toBeGreaterThan(Object.keys(CANARIES).length * 0.8)
  })

  test.each(VIEWERS.filter((viewer) => viewer !== 'partner key'))(
    'of %s show no personal data they may not see (S3)',
    async (viewer) => {
      const pages = await pagesFor(await tokenOf(viewer))
      expect(pages.filter((page) => page.status >= 500).map((page) => `${page.status} ${page.path}`)).toEqual([])
      expect(seenIn(pages).filter((name) => mayNot(viewer).includes(name))).toEqual([])
      if (viewer === 'nobody') {
        const opened = pages.filter(
          (page) => page.path.startsWith('/admin') && page.status === 200 && !page.path.includes('_data'),
        )
        expect(opened.map((page) => page.path)).toEqual([])
      }
    },
  )

  test('are not kept by any cache, and run only scripts with the nonce of their answer', async () => {
    const token = await web.signIn(owner)
    const nonces = new Set<string>()
    for (const { path } of addresses()) {
      const response = await fetch(`${web.url}${path}`, {
        headers: { accept: 'text/html', ...cookieOf(token) },
        redirect: 'manual',
      })
      expect([path, response.headers.get('cache-control')]).toEqual([path, 'no-store'])
      const nonce = /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1]
      const html = await response.text()
      if (response.status !== 200) continue
      expect(nonce).toBeTruthy()
      nonces.add(nonce ?? '')
      const scripts = [...html.matchAll(/<script\b([^>]*)>/g)].map(([, attributes]) => attributes ?? '')
      expect(scripts.length).toBeGreaterThan(0)
      const bare = scripts.filter(
        (attributes) => !attributes.includes(`nonce="${nonce}"`) && !/type="application\/ld\+json"/.test(attributes),
      )
      expect([path, bare]).toEqual([path, []])
      expect([path, [...html.matchAll(/\son[a-z]+="/g)].length]).toEqual([path, 0])
    }
    expect(nonces.size).toBeGreaterThan(20)
  })

  test('show what was typed as text, never as markup', async () => {
    const api = callerOf(database(), owner)
    const payloads = [
      '<script>alert(1)</script>',
      '</script><script>alert(2)</script>',
      '<img src=x onerror=alert(3)>',
      '"><svg onload=alert(4)>',
    ]
    const found: string[] = []
    for (const payload of payloads) {
      const task = await api.tasks.create({ subject: payload, details: payload })
      await api.tasks.addNote({ id: task.id, body: payload })
      const client = await api.clients.create({ name: payload, about: payload, tags: [payload.slice(0, 30)] })
      const exception = await api.exceptions.create({ summary: payload, details: payload })
      const token = await web.signIn(owner)
      const paths = [
        `/admin/tasks/${task.id}`,
        '/admin/tasks',
        `/admin/clients/${client.id}`,
        '/admin/clients',
        `/admin/exceptions/${exception.id}`,
      ]
      paths.push('/admin/action-center', '/admin', '/admin/audit', `/admin/clients?q=${encodeURIComponent(payload)}`)
      paths.push(`/sign-in?redirectTo=${encodeURIComponent(payload)}`, `/inquiry/thanks?ref=${encodeURIComponent(payload)}`)
      for (const path of paths) {
        const html = await (await fetch(`${web.url}${path}`, { headers: { accept: 'text/html', ...cookieOf(token) } })).text()
        for (const bad of ['<script>alert(', '<img src=x', '<svg onload']) if (html.includes(bad)) found.push(`${path}: ${bad}`)
      }
    }
    expect(found).toEqual([])
  })

  test('carry out no form of another site, whatever host it claims (S4)', async () => {
    const token = await web.signIn(owner)
    const before = await callerOf(database(), owner).tasks.get({ id: it.task })
    const body = new URLSearchParams({ intent: 'note', body: 'planted by another site', _key: crypto.randomUUID() })
    for (const path of [
      `/admin/tasks/${it.task}`,
      `/admin/tasks/${it.task}?_data=${encodeURIComponent('routes/admin.tasks.$id')}`,
    ]) {
      const claims: Record<string, string>[] = [
        { origin: 'https://evil.example' },
        { origin: 'https://evil.example', 'x-forwarded-host': 'evil.example' },
        { 'sec-fetch-site': 'cross-site' },
      ]
      for (const claim of claims) {
        const response = await fetch(`${web.url}${path}`, {
          method: 'POST',
          headers: { ...cookieOf(token), ...claim },
          body,
          redirect: 'manual',
        })
        expect([path, response.status]).toEqual([path, 403])
      }
    }
    expect((await callerOf(database(), owner).tasks.get({ id: it.task })).notes).toEqual(before.notes)
    // Negative control: the same form from our own page is, also behind a proxy that names another host.
    const own = { ...cookieOf(token), origin: 'http://localhost:3000', 'x-forwarded-host': 'inside.example' }
    const sent = await fetch(`${web.url}/admin/tasks/${it.task}`, { method: 'POST', headers: own, body, redirect: 'manual' })
    expect(sent.status).toBe(303)
    expect((await callerOf(database(), owner).tasks.get({ id: it.task })).notes[0]?.body).toBe('planted by another site')
  })

  test('answer hostile forms and addresses with a page that says so: no 5xx, no way off the site (S5, S12)', async () => {
    const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
    process.stdout.write(`S5: screens, seed ${seed}\n`)
    const rng = seededRng(seed)
    const pick = <T>(list: readonly T[], other: T): T => list[Math.floor(rng() * list.length)] ?? other
    const sources = screenModules()
    const fields = [
      ...new Set(
        sources.flatMap(({ source }) => [...source.matchAll(/\bform\.\w+\('([\w.-]+)'/g)].map((match) => match[1] ?? '')),
      ),
    ]
    expect(fields.length).toBeGreaterThan(30)
    const token = await web.signIn(owner)
    const problems: string[] = []
    const look = async (path: string, init: RequestInit) => {
      const headers = { accept: 'text/html', origin: 'http://localhost:3000', ...cookieOf(token), ...init.headers }
      const response = await fetch(`${web.url}${path}`, {
        redirect: 'manual',
        ...init,
        headers,
        signal: AbortSignal.timeout(5_000),
      })
      const text = await response.text()
      const where = `${init.method ?? 'GET'} ${path.slice(0, 200)} ${String(init.body ?? '').slice(0, 400)}`
      if (response.status >= 500) problems.push(`${response.status} ${where}`)
      const to = response.headers.get('location')
      if (to !== null && !/^\/(?![/\\])/.test(to)) problems.push(`leads to ${to}: ${where}`)
      if (/at .+\.(ts|js):\d+|node_modules/.test(text.replace(/<script[\s\S]*?<\/script>|<link[^>]*>/g, '')))
        problems.push(`a stack: ${where}`)
    }
    for (const { route, path } of addresses()) {
      if (['routes/sign-out', 'routes/admin.profile'].includes(route)) continue
      const source = sources.find(({ file }) => file === `${route}/route.tsx`)?.source ?? ''
      const block = source.slice(source.indexOf('export const action'))
      const intents = source.includes('export const action')
        ? [...block.matchAll(/^ {2}'?([\w-]+)'?: (?:async )?\(/gm)].map((match) => match[1] ?? '')
        : []
      for (const intent of intents) {
        for (let shot = 0; shot < FORMS; shot++) {
          const body = new URLSearchParams({ intent })
          for (const field of fields) if (rng() < 0.7) body.append(field, pick(TYPED, '').toWellFormed())
          await look(path, { method: 'POST', body })
        }
        const multipart = new FormData()
        multipart.set('intent', intent)
        for (const field of fields) multipart.set(field, new Blob(['x']), 'file.html')
        await look(path, { method: 'POST', body: multipart })
      }
      for (const type of [
        'text/plain',
        'application/json',
        'multipart/form-data; boundary=x',
        'application/x-www-form-urlencoded; charset=utf-16',
      ]) {
        await look(path, { method: 'POST', body: '{"intent":"%00%ff', headers: { 'content-type': type } })
      }
      for (const name of ['q', 'cursor', 'limit', 'sort', 'status', 'assignedTo', 'redirectTo', 'from', 'with', 'intent']) {
        await look(`${path}?${name}=${encodeURIComponent(pick(TYPED, '').toWellFormed().slice(0, 500))}`, {})
      }
      await look(`${path}?_data=${encodeURIComponent(pick(['routes/nothing', '__proto__', '../..', ''], ''))}`, {})
    }
    expect(problems.slice(0, 15)).toEqual([])
  }, 300_000)
})

const FORMS = process.env.VIREL_FAULTS ? 40 : 2
const TYPED: readonly string[] = [
  '',
  ' ',
  'text',
  '1',
  '0',
  '-1',
  '1e9',
  '99999999999999999999',
  '250.00',
  '1,5',
  '\0',
  'a\0b',
  '\ud800',
  '<script>alert(1)</script>',
  "'; --",
  '__proto__',
  'constructor',
  'x'.repeat(20_000),
  '2027-03-28T01:30',
  '2027-02-30T10:00',
  '9999-99-99T99:99',
  '2027-05-01T10:00',
  '2027-05-01T12:00',
  '01920000-0000-7000-8000-000000000000',
  'confirmed',
  'qualified',
  'incall',
  'GBP',
  'ann@example.com',
  '+447700900123',
  'OWNER',
  '//evil.example',
  '/\\evil.example',
  'https://evil.example',
  'javascript:alert(1)',
  '/admin\r\nSet-Cookie: a=b',
  '/%0d%0aLocation:%20https://evil.example',
]
