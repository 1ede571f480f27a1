import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import type { Actor } from '#server/context.ts'
import { operations } from '#server/http/rest.ts'
import { securityHeaders } from '#server/http/security-headers.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { openBrowser } from '#tests/support/browser.ts'
import { makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { jsonSchemaOf } from '#tests/support/inventory.ts'
import { foundInPage, SCRIPT_PAYLOADS } from '#tests/support/script-payloads.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
let web: TestWeb
let browser: Browser
let made: Fixtures
let owner: Actor & { id: string }
let token: string
beforeAll(async () => {
  web = await startWeb(database(), { screens: true })
  made = await Fixtures.in(database())
  owner = await makeUser(database(), 'OWNER')
  token = await web.signIn(owner)
  browser = await openBrowser()
})
afterAll(async () => {
  await browser?.close()
  await web?.close()
})

type Json = Record<string, unknown>
interface Making {
  /** The procedure that takes the texts, and the least it needs besides them. */
  name: string
  base: (id: string) => Json | Promise<Json>
  /** The noun whose row `id` names, for procedures about one that is there. */
  about?: string
  /** Its pages. */
  pages?: (id: string) => string[]
}
let coded = 1
const noun = (path: string) => (id: string) => [`/admin/${path}/${id}`]

/** Every procedure of the product's own words that takes free text, in the order rows are made. */
const MAKINGS: Making[] = [
  {
    name: 'clients.create',
    base: () => ({ name: 'x', email: made.email() }),
    pages: (id) => [`/admin/clients/${id}`, `/admin/clients/${id}/edit`],
  },
  { name: 'clients.addNote', about: 'clients.create', base: (id) => ({ id, body: 'x' }) },
  {
    name: 'inquiries.receive',
    base: () => ({ source: 'phone', client: { name: 'x', email: made.email() }, message: 'x' }),
    pages: noun('inquiries'),
  },
  { name: 'inquiries.addNote', about: 'inquiries.receive', base: (id) => ({ id, body: 'x' }) },
  {
    name: 'models.create',
    base: () => ({ name: 'x', primaryLocation: made.world.location.slug, stats: { age: 30 }, publicCode: `X-${coded++}` }),
    pages: (id) => [`/admin/models/${id}`, `/admin/models/${id}/edit`],
  },
  { name: 'models.addNote', about: 'models.create', base: (id) => ({ id, body: 'x' }) },
  {
    name: 'models.setAddresses',
    about: 'models.create',
    base: (id) => ({ id, addresses: [{ street: 'x', postCode: 'W1K 5AA' }] }),
  },
  {
    name: 'bookings.create',
    base: () => ({
      clientId: made.world.client.id,
      modelId: made.model(),
      location: made.world.location.slug,
      ...made.hour(),
      internalNotes: 'x',
    }),
    pages: noun('bookings'),
  },
  { name: 'bookings.addNote', about: 'bookings.create', base: (id) => ({ id, body: 'x' }) },
  {
    name: 'payments.record',
    about: 'bookings.create',
    base: (id) => ({ id, type: 'full', amount: { amount: 100, currency: 'GBP' }, method: 'cash', reference: 'x' }),
  },
  { name: 'bookings.setStatus', about: 'bookings.create', base: (id) => ({ id, newStatus: 'cancelled', reason: 'x' }) },
  { name: 'tasks.create', base: () => ({ subject: 'x', details: 'x' }), pages: noun('tasks') },
  { name: 'tasks.addNote', about: 'tasks.create', base: (id) => ({ id, body: 'x' }) },
  { name: 'exceptions.create', base: () => ({ summary: 'x', details: 'x' }), pages: noun('exceptions') },
  { name: 'exceptions.addNote', about: 'exceptions.create', base: (id) => ({ id, body: 'x' }) },
  { name: 'exceptions.dismiss', about: 'exceptions.create', base: (id) => ({ id, reason: 'x' }) },
  {
    name: 'users.create',
    base: () => ({ email: made.email(), name: 'x', password: 'a long enough password', roles: ['OPERATOR'] }),
    pages: noun('users'),
  },
  { name: 'apiKeys.create', base: () => ({ name: 'x', permissions: ['inquiries.write'] }) },
]

const schemaOf = (name: string) => {
  const operation = operations().find((one) => one.name === name)
  if (!operation?.meta.rest) throw new Error(`no REST procedure ${name}`)
  return { operation, rest: operation.meta.rest, schema: jsonSchemaOf(operation.meta.input) }
}
const node = z.looseObject({
  type: z.string().optional(),
  maxLength: z.number().optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
  items: z.unknown().optional(),
  format: z.string().optional(),
  pattern: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
})

/** The input with the payload in every text that is not of some fixed form, cut to what the field takes. */
function filled(schema: unknown, value: unknown, payload: string, refused: ReadonlySet<string>, path = ''): unknown {
  const { data } = node.safeParse(schema)
  if (!data) return value
  if (Array.isArray(value)) return value.map((item, index) => filled(data.items, item, payload, refused, `${path}.${index}`))
  if (data.properties) {
    const given: Json = { ...(z.record(z.string(), z.unknown()).safeParse(value).data ?? {}) }
    for (const [name, inner] of Object.entries(data.properties)) {
      const at = path === '' ? name : `${path}.${name}`
      const isText = node.safeParse(inner).data?.type === 'string'
      if (refused.has(at) || /(^|\.)(id|email|password|phone|source|newStatus|publicCode|slug)$|Id$/.test(at)) continue
      if (isText || given[name] !== undefined) given[name] = filled(inner, given[name] ?? 'x', payload, refused, at)
    }
    return given
  }
  const isFree = data.type === 'string' && !data.format && !data.enum && (!data.pattern || value === 'x')
  return isFree ? payload.slice(0, data.maxLength ?? 500) : value
}

/** Sends it; fields whose form the schema can't tell are left as they were, and named. */
async function make(making: Making, about: string, payload: string, left: Set<string>): Promise<string> {
  const { rest, schema } = schemaOf(making.name)
  const base = await making.base(about)
  const refused = new Set<string>()
  for (let attempt = 0; attempt < 12; attempt++) {
    const input = z.record(z.string(), z.unknown()).parse(filled(schema, base, payload, refused))
    const path = rest.path.replace(/\{(\w+)\}/g, (_, name: string) => {
      const part = String(input[name])
      delete input[name]
      return part
    })
    const answer = await web.rest<{ id?: string; errors?: { path: string }[]; key?: unknown }>(rest.method, path, {
      token,
      body: input,
    })
    if (answer.status < 300) return typeof answer.body.id === 'string' ? answer.body.id : ''
    const errors = answer.body.errors ?? []
    if (answer.status !== 422 || errors.length === 0)
      throw new Error(`${making.name}: ${JSON.stringify(answer.body)} for ${payload}`)
    for (const error of errors) {
      if (refused.has(error.path)) throw new Error(`${making.name} refuses ${error.path} in any form`)
      refused.add(error.path)
      left.add(`${making.name} ${error.path}`)
    }
  }
  throw new Error(`${making.name} takes nothing`)
}

/** A few at once: a page waits more than it works. */
async function inLanes<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items]
  const lane = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await each(item)
  }
  await Promise.all([lane(), lane(), lane(), lane()])
}

async function visit(context: BrowserContext, url: string): Promise<string[]> {
  const page: Page = await context.newPage()
  const problems: string[] = []
  page.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('console', (message) => {
    if (/Content Security Policy|violates/i.test(message.text())) problems.push(`blocked by CSP: ${message.text().slice(0, 120)}`)
  })
  const response = await page.goto(url, { waitUntil: 'load' })
  const html = (await response?.text()) ?? ''
  // An escaped payload never stands in the source as it was written.
  for (const payload of SCRIPT_PAYLOADS) if (/[<>]/.test(payload) && html.includes(payload)) problems.push(`raw: ${payload}`)
  problems.push(...(await page.evaluate(foundInPage)))
  await page.close()
  return problems.map((problem) => `${url}: ${problem}`)
}

describe('texts that would like to be scripts (S11)', () => {
  test(`${SCRIPT_PAYLOADS.length} payloads in every text field: on no page does one run, load, or stand unescaped`, async () => {
    const left = new Set<string>()
    const pages = new Set<string>()
    const lists = [
      'clients',
      'inquiries',
      'models',
      'bookings',
      'tasks',
      'exceptions',
      'users',
      'action-center',
      'payments',
      'audit',
      'personal-data',
      'outbox',
      'roles',
      'system',
      'profile',
    ]
    await inLanes([...SCRIPT_PAYLOADS.entries()], async ([index, payload]) => {
      const ids = new Map<string, string>()
      for (const making of MAKINGS) {
        const id = await make(making, ids.get(making.about ?? '') ?? '', payload, left)
        ids.set(making.name, id)
        // Of each noun some rows are opened; all of them are in the lists.
        if (index % 12 === 0) for (const page of making.pages?.(id) ?? []) pages.add(page)
      }
    })
    for (const list of lists) pages.add(`/admin/${list}?limit=200`)
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    await context.addCookies([{ name: 'virel', value: token, url: web.url }])
    const problems: string[] = []
    await inLanes([...pages], async (path) => {
      problems.push(...(await visit(context, `${web.url}${path}`)))
    })
    expect(problems.slice(0, 20)).toEqual([])
    // What was left alone is of a fixed form, never words of people.
    expect(
      [...left].filter((field) => /(name|subject|message|body|details|summary|reason|notes|about|street)$/i.test(field)),
    ).toEqual([])
    expect(left.size).toBeLessThan(30)
  }, 600_000)

  test('payloads in addresses: filters, errors, redirects and places there are not', async () => {
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    await context.addCookies([{ name: 'virel', value: token, url: web.url }])
    const paths = [
      '/admin/clients?q=',
      '/admin/bookings?status=',
      '/admin/tasks?assignedTo=',
      '/sign-in?redirectTo=',
      '/inquiry?location=',
      '/admin/nothing/',
      '/',
      '/inquiry/thanks?ref=',
    ]
    const problems: string[] = []
    await inLanes([...SCRIPT_PAYLOADS.entries()], async ([index, payload]) => {
      const path = paths[index % paths.length] ?? '/'
      problems.push(...(await visit(context, `${web.url}${path}${encodeURIComponent(payload)}`)))
    })
    expect(problems).toEqual([])
  }, 300_000)

  test('negative control: a page that escapes nothing is noticed, and our policy still lets nothing run', async () => {
    const answer = { policy: {} as Record<string, string> }
    const server = createServer((request, response) => {
      const payload = SCRIPT_PAYLOADS[Number(new URL(request.url ?? '/', 'http://x').searchParams.get('n'))] ?? ''
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...answer.policy })
      response.end(`<!doctype html><title>x</title><p>${payload}</p>`)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => {
      server.close()
    })
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const context = await browser.newContext()
    onTestFinished(() => context.close())
    const look = async () => Promise.all(SCRIPT_PAYLOADS.map((_, n) => visit(context, `${url}/?n=${n}`)))
    const open = await look()
    expect(open.filter((problems) => problems.some((one) => one.includes('a script ran'))).length).toBeGreaterThan(20)
    expect(open.filter((problems) => problems.length > 0).length).toBeGreaterThan(38)
    answer.policy = securityHeaders('bm9uY2Utb2YtYS10ZXN0', false)
    const guarded = await look()
    expect(guarded.flat().filter((one) => one.includes('a script ran'))).toEqual([])
    expect(guarded.flat().filter((one) => one.includes('blocked by CSP')).length).toBeGreaterThan(20)
  }, 120_000)
})
