import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { SEARCH_KINDS } from '#server/domains/search/search.policy.ts'
import { type Operation, operations } from '#server/http/rest.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { CANARIES, mayNot, type Planted, plant, planted, VIEWERS, type Viewer } from '#tests/support/canaries.ts'
import { callerOf, makeUser } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { relayAll, until } from '#tests/support/events.ts'
import { jsonSchemaOf } from '#tests/support/inventory.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
const logged: string[] = []
let web: TestWeb
let made: Fixtures
let owner: Actor & { id: string }
let it: Planted

beforeAll(async () => {
  web = await startWeb(database(), { log: pino({ level: 'trace' }, { write: (line: string) => logged.push(line) }) })
  made = await Fixtures.in(database())
  owner = await makeUser(database(), 'OWNER')
  it = await plant(made, owner)
  // What was nobody's for a moment was everybody's then: the feed begins after it.
  await relayAll(database())
})
afterAll(async () => {
  await web.close()
})

const READS = operations().filter(({ meta }) => meta.kind === 'query' && meta.rest)

/** Every address a reading procedure answers: plain, of each planted row, and searched for each canary. */
function addresses({ meta }: Operation, searchFor: readonly string[]): string[] {
  const path = meta.rest?.path ?? ''
  const fields = Object.keys(jsonSchemaOf(meta.input).properties ?? {})
  const paths = path.includes('/items/{kind}') ? ['task', 'exception'].map((kind) => path.replace('{kind}', kind)) : [path]
  const base = path.includes('{') ? paths.flatMap((one) => Object.values(it).map((id) => one.replace(/\{\w+\}/, id))) : [path]
  const searched = path === '/search/{kind}' ? SEARCH_KINDS.map((kind) => path.replace('{kind}', kind)) : [path]
  // By kind the parts alone, which find the whole too: more would be over the limit of searches.
  const by = searched.length > 1 ? searchFor.slice(searchFor.length / 2) : searchFor
  const searches = fields.includes('q') ? searched.flatMap((one) => by.map((text) => `${one}?q=${encodeURIComponent(text)}`)) : []
  const sorted = fields.includes('limit') ? [`${path}?limit=200`] : []
  return [...base, ...(path.includes('{') ? [] : sorted), ...searches]
}

async function sweep(token: string | undefined): Promise<{ seen: Set<string>; found: string[] }> {
  const seen = new Set<string>()
  const found: string[] = []
  const texts = Object.values(CANARIES).map((canary) => canary.text)
  // By the whole and by a part: what one can find by, one can read out letter by letter.
  const searchFor = [...texts, ...texts.map((text) => text.slice(0, Math.max(5, text.length - 4)))]
  for (const operation of READS) {
    await database().db.deleteFrom('rate_limits').where('key', 'like', 'search:%').execute()
    await Promise.all(
      addresses(operation, searchFor).map(async (address) => {
        const answer = await web.rest('GET', address, { token })
        if (answer.status === 429) throw new Error(`${address} was not answered`)
        // Cursors hold the key of a row: they are read as well as they can be.
        const text = `${JSON.stringify(answer.body)} ${cursorsOf(answer.body)}`
        for (const [name, canary] of Object.entries(CANARIES)) if (text.includes(canary.text)) seen.add(name)
        const listed = [answer.body.items, answer.body.groups].some((list) => Array.isArray(list) && list.length > 0)
        if (address.includes('?q=') && listed) {
          found.push(`${operation.name} ${decodeURIComponent(address.split('?q=')[1] ?? '')}`)
        }
      }),
    )
  }
  return { seen, found }
}

function cursorsOf(body: Record<string, unknown>): string {
  return [body.nextCursor, body.prevCursor]
    .map((cursor) => (typeof cursor === 'string' ? Buffer.from(cursor, 'base64url').toString() : ''))
    .join(' ')
}

async function tokenOf(viewer: Viewer): Promise<string | undefined> {
  if (viewer === 'nobody') return undefined
  if (viewer === 'partner key') return (await made.apiKey(['inquiries.write', 'inquiries.read', 'bookings.read'])).token
  return web.signIn(await makeUser(database(), viewer))
}

describe('personal data (S3)', () => {
  test('negative control: the owner, swept the same way, sees every canary', async () => {
    const { seen } = await sweep(await web.signIn(owner))
    expect([...seen].sort()).toEqual(Object.keys(CANARIES).sort())
  })

  test.each(VIEWERS)('none that %s may not see is in any answer', async (viewer) => {
    const { seen } = await sweep(await tokenOf(viewer))
    expect([...seen].filter((name) => mayNot(viewer).includes(name))).toEqual([])
  })

  test('who reads no personal data finds nothing by it either', async () => {
    const { found } = await sweep(await tokenOf('READ_ONLY'))
    expect(found).toEqual([])
  })

  test('an operator finds a client by the whole address or number, not by a part of it, and sees it masked', async () => {
    const token = await tokenOf('OPERATOR')
    const search = async (q: string) => {
      const { body } = await web.rest<{ items: { email: string; phone: string }[] }>(
        'GET',
        `/clients?q=${encodeURIComponent(q)}`,
        { token },
      )
      return body.items
    }
    expect(await search('canary.mail.7391')).toEqual([])
    expect(await search('900739')).toEqual([])
    const [client] = await search(planted('clientEmail'))
    expect([client?.email, client?.phone]).toEqual(['ca***@quillfeather.example', '+447700***739'])
  })

  test('the live feed tells ids only, and of foreign rows nothing', async () => {
    const feeds = new Map<Viewer | 'OWNER', string>()
    const abort = new AbortController()
    const listen = async (viewer: Viewer | 'OWNER', token: string | undefined) => {
      const response = await fetch(`${web.url}/api/v1/events/stream`, {
        headers: token ? { authorization: `Bearer ${token}` } : {},
        signal: abort.signal,
      })
      feeds.set(viewer, '')
      const decoder = new TextDecoder()
      const reader = response.body?.getReader()
      const read = async (): Promise<void> => {
        for (;;) {
          const part = await reader?.read()
          if (!part || part.done) return
          feeds.set(viewer, `${feeds.get(viewer)}${decoder.decode(part.value)}`)
        }
      }
      read().catch(() => {})
    }
    for (const viewer of VIEWERS) await listen(viewer, await tokenOf(viewer))
    await listen('OWNER', await web.signIn(owner))
    await until('all are ready', () =>
      VIEWERS.every((viewer) => viewer === 'nobody' || feeds.get(viewer)?.includes('event: ready')),
    )
    const inquiryId = it.inquiry
    await callerOf(database(), owner).inquiries.update({ id: inquiryId, message: `${planted('inquiryMessage')} again` })
    await callerOf(database(), owner).clients.create({ name: planted('clientName'), about: planted('clientAddress') })
    await relayAll(database())
    await until('the owner was told', () => /client.*inquiry|inquiry.*client/s.test(feeds.get('OWNER') ?? ''), 15_000)
    abort.abort()
    for (const [viewer, text] of feeds) {
      for (const canary of Object.values(CANARIES)) expect([viewer, text.includes(canary.text)]).toEqual([viewer, false])
    }
    expect(feeds.get('OPERATOR')).not.toContain(inquiryId)
    expect(feeds.get('CONTENT_MANAGER')).not.toContain('"client"')
    expect(feeds.get('nobody')).toContain('unauthenticated')
  })

  test('refusals and stale writes quote nothing that may not be seen', async () => {
    const { client: clientId, inquiry: inquiryId } = it
    // A key that may write inquiries and sees them all, and no personal data.
    const { token } = await made.apiKey(['inquiries.write', 'inquiries.read', 'inquiries.read_all', 'inquiries.transition'])
    const stale = await web.rest('PATCH', `/inquiries/${inquiryId}`, { token, body: { version: 999, message: 'x' } })
    expect([stale.status, stale.body.code]).toEqual([409, 'stale_write'])
    const content = await tokenOf('CONTENT_MANAGER')
    const notes = await web.rest('PATCH', `/models/${it.model}`, {
      token: content,
      body: { version: 999, name: 'x', internalNotes: 'x' },
    })
    const answers = [
      stale,
      notes,
      await web.rest('POST', `/inquiries/${inquiryId}/status`, { token, body: { newStatus: 'converted' } }),
      await web.rest('PATCH', `/clients/${clientId}`, { token: await tokenOf('READ_ONLY'), body: { version: 999, name: 'x' } }),
      await web.rest('POST', '/auth/login', { body: { email: planted('clientEmail'), password: 'x' } }),
    ]
    for (const { body } of answers) {
      for (const canary of Object.values(CANARIES)) expect(JSON.stringify(body)).not.toContain(canary.text)
    }
  })

  test('nothing of it is in the log, also of requests that carried it', async () => {
    const token = await web.signIn(owner)
    const body = {
      name: planted('clientName'),
      email: planted('clientEmail'),
      phone: planted('clientPhone'),
      about: planted('clientAddress'),
    }
    await web.rest('POST', '/clients', { token, body })
    await web.rest('POST', '/clients', { token, body: { ...body, nonsense: planted('clientNote') } })
    await web.rest('GET', `/clients?q=${encodeURIComponent(planted('clientEmail'))}`, { token })
    await web.rest('POST', '/auth/login', { body: { email: planted('staffEmail'), password: 'wrong' } })
    expect(logged.length).toBeGreaterThan(100)
    const log = logged.join('')
    for (const canary of Object.values(CANARIES)) expect(log.includes(canary.text) ? canary.text : '').toBe('')
    expect(log).not.toContain(token)
  })
})
