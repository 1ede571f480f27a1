import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { CANARIES, mayNot, type Planted, plant, planted, type Viewer } from '#tests/support/canaries.ts'
import { makeUser, type RoleCode } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let it: Planted
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  it = await plant(await Fixtures.in(database()), await makeUser(database(), 'OWNER'))
})
afterAll(async () => {
  await web.close()
})

/** Pages of one kind that are read: lists link to many of each. */
const OF_A_KIND = 3
const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g

/** Where the crawl begins: the start, each planted row by its address, and lists searched for what was planted. */
function seeds(): string[] {
  const pages = {
    clients: it.client,
    inquiries: it.inquiry,
    bookings: it.booking,
    models: it.model,
    tasks: it.task,
    exceptions: it.exception,
  }
  const rows = Object.entries(pages).flatMap(([noun, id]) => [`/admin/${noun}`, `/admin/${noun}/${id}`])
  const searched = ['clients', 'bookings', 'inquiries'].flatMap((noun) =>
    [planted('clientEmail'), planted('clientPhone'), 'Zephyrine'].map((text) => `/admin/${noun}?q=${encodeURIComponent(text)}`),
  )
  const own = [
    '/admin',
    '/admin/personal-data',
    '/admin/exports',
    '/admin/audit',
    '/admin/payments',
    `/admin/clients/${it.client}/erase`,
  ]
  return [...own, ...rows, ...searched]
}

interface Crawled {
  pages: number
  /** Canary → the first page it was on. */
  seen: Map<string, string>
}

/** Reads every page this person can reach by links, their titles, flashes and embedded data included. */
async function crawl(token: string): Promise<Crawled> {
  const seen = new Map<string, string>()
  const read = new Set<string>()
  const kinds = new Map<string, number>()
  const queue = seeds()
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    const kind = path.replace(UUID, ':id').replace(/=[^&]*/g, '=')
    // What was searched for is not what was found: the searches are seeds and each is read, without their own words.
    if (read.has(path) || (kinds.get(kind) ?? 0) >= (path.includes('?q=') ? 10 : OF_A_KIND)) continue
    read.add(path)
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
    const response = await fetch(`${web.url}${path}`, { headers: { cookie: `virel=${token}`, accept: 'text/html' } })
    const html = await response.text()
    const asked = decodeURIComponent(path)
    for (const [name, { text }] of Object.entries(CANARIES)) {
      if (html.includes(text) && !asked.includes(text) && !seen.has(name)) seen.set(name, path)
    }
    for (const [, href = ''] of html.matchAll(/href="(\/admin[^"#]*)"/g)) queue.push(href.replaceAll('&amp;', '&'))
  }
  return { pages: read.size, seen }
}

const crawlAs = async (role: RoleCode) => crawl(await web.signIn(await makeUser(database(), role)))

describe('personal data on pages (S3)', () => {
  test('negative control: the owner, crawling the same way, meets what is masked for others', { timeout: 120_000 }, async () => {
    const { pages, seen } = await crawlAs('OWNER')
    expect(pages).toBeGreaterThan(40)
    expect([...seen.keys()]).toEqual(
      expect.arrayContaining([
        'clientName',
        'clientEmail',
        'clientPhone',
        'clientNote',
        'inquiryMessage',
        'bookingNotes',
        'taskDetails',
      ]),
    )
  })

  const others: readonly Viewer[] = ['READ_ONLY', 'OPERATOR', 'FINANCE', 'CONTENT_MANAGER', 'INTEGRATIONS_ADMIN']
  test.each(others)('on none that %s can reach is any they may not see', { timeout: 120_000 }, async (viewer) => {
    const { seen } = await crawlAs(viewer as RoleCode)
    expect([...seen].filter(([name]) => mayNot(viewer).includes(name))).toEqual([])
  })
})
