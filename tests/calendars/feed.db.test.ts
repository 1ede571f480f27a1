import { randomBytes } from 'node:crypto'
import ICAL from 'ical.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

const database = testDatabase()
const clock = new TestClock()
let web: TestWeb
let world: World
let owner: Actor & { id: string }
beforeAll(async () => {
  world = await makeWorld(database(), { models: 6 })
  owner = await makeUser(database(), 'OWNER')
  web = await startWeb(database(), { clock })
})
afterAll(async () => {
  await web.close()
})

const api = () => callerOf(database(), owner, { clock })
let day = 0
async function feedOf(modelId: string, busyOnly = false): Promise<string> {
  await api().calendars.setFeed({ id: modelId, busyOnly })
  const { feed } = await api().calendars.get({ id: modelId })
  return new URL(feed?.address ?? '').pathname
}
async function book(modelId: string, more: object = {}) {
  const start = new Date(Date.UTC(2026, 10, 24 + day++, 19))
  return api().bookings.create({
    clientId: world.client.id,
    modelId,
    location: world.location.slug,
    start: start.toISOString(),
    end: new Date(start.getTime() + 3_600_000).toISOString(),
    services: [world.services[0]?.code ?? ''],
    internalNotes: 'canary-notes',
    confirm: true,
    waiver: { reason: 'A regular' },
    ...more,
  })
}
const read = (path: string, headers: Record<string, string> = {}) => fetch(`${web.url}${path}`, { headers })
async function eventsAt(path: string): Promise<Record<string, string>[]> {
  const answer = await read(path)
  expect(answer.status).toBe(200)
  const calendar = new ICAL.Component(ICAL.parse(await answer.text()) as unknown[])
  return calendar
    .getAllSubcomponents('vevent')
    .map((event) =>
      Object.fromEntries(event.getAllProperties().map((property) => [property.name, String(property.getFirstValue())])),
    )
}

describe('a model’s feed', () => {
  test('has her bookings with place and services, and nothing of the client, the price or notes', async () => {
    const modelId = world.models[0]?.id ?? ''
    const booking = await book(modelId)
    const path = await feedOf(modelId)
    const answer = await read(path)
    expect(answer.headers.get('content-type')).toBe('text/calendar; charset=utf-8')
    expect(answer.headers.get('cache-control')).toBe('private, no-cache')
    const text = await answer.text()
    expect(text).toMatch(/^BEGIN:VCALENDAR\r\n/)
    for (const secret of ['Jane', 'example.com', '4477009', 'canary-notes', '250', 'A regular'])
      expect(text).not.toContain(secret)
    expect(await eventsAt(path)).toEqual([
      expect.objectContaining({
        uid: `${booking.id}@virel`,
        summary: `${booking.ref} · incall · Mayfair`,
        location: 'Mayfair',
        description: world.services[0]?.code,
        status: 'CONFIRMED',
        dtstart: booking.start.replace('.000', ''),
        dtend: booking.end.replace('.000', ''),
      }),
    ])
  })

  test('of the busy-only kind says when, and nothing else', async () => {
    const modelId = world.models[1]?.id ?? ''
    const booking = await book(modelId)
    const path = await feedOf(modelId, true)
    const [event] = await eventsAt(path)
    expect(event).toMatchObject({ summary: 'Busy', dtstart: booking.start.replace('.000', '') })
    expect(event).not.toHaveProperty('location')
    expect(event).not.toHaveProperty('description')
    expect(await (await read(path)).text()).not.toContain(booking.ref)
    // The same address tells more once that is wished.
    await api().calendars.setFeed({ id: modelId, busyOnly: false })
    expect((await eventsAt(path))[0]).toMatchObject({ summary: expect.stringContaining(booking.ref) })
  })

  test('tells what was cancelled as cancelled, with a greater sequence, and has a new ETag only then', async () => {
    const modelId = world.models[2]?.id ?? ''
    const booking = await book(modelId)
    const path = await feedOf(modelId)
    const etag = (await read(path)).headers.get('etag') ?? ''
    const [before] = await eventsAt(path)
    const again = await read(path, { 'if-none-match': `"other", W/${etag}` })
    expect([again.status, await again.text(), again.headers.get('etag')]).toEqual([304, '', etag])
    clock.advance(10)
    expect((await read(path, { 'if-none-match': etag })).status).toBe(304)
    await api().bookings.setStatus({ id: booking.id, newStatus: 'cancelled', reason: 'canary-reason' })
    const changed = await read(path, { 'if-none-match': etag })
    expect(changed.status).toBe(200)
    expect(await changed.text()).not.toContain('canary-reason')
    const [after] = await eventsAt(path)
    expect(after).toMatchObject({ uid: before?.uid, status: 'CANCELLED', transp: 'TRANSPARENT' })
    expect(Number(after?.sequence)).toBeGreaterThan(Number(before?.sequence))
  })

  test('is over for whoever has only the old address, once it has a new one; and for all once it is removed', async () => {
    const modelId = world.models[3]?.id ?? ''
    const old = await feedOf(modelId)
    expect((await read(old)).status).toBe(200)
    await api().calendars.regenerateFeed({ id: modelId })
    const fresh = await feedOf(modelId)
    expect(fresh).not.toBe(old)
    expect([(await read(old)).status, (await read(fresh)).status]).toEqual([404, 200])
    await api().calendars.removeFeed({ id: modelId })
    expect((await read(fresh)).status).toBe(404)
  })

  test('made twice at once is one feed with one address', async () => {
    const modelId = world.models[4]?.id ?? ''
    await Promise.all(Array.from({ length: 8 }, () => api().calendars.setFeed({ id: modelId, busyOnly: false })))
    const made = await database()
      .db.selectFrom('audit_log')
      .select('id')
      .where('action', '=', 'calendar_feed.created')
      .where('entity_id', '=', modelId)
      .execute()
    expect(made).toHaveLength(1)
    expect((await read(await feedOf(modelId))).status).toBe(200)
  })
})

describe('the secret of a feed', () => {
  test('is in no table, no answer that is kept, and no log of what was done', async () => {
    const modelId = world.models[5]?.id ?? ''
    const token = /ical\/(.+)\.ics/.exec(await feedOf(modelId))?.[1] ?? ''
    expect(token).toMatch(/^[\w-]{43}$/)
    const kept = await web.rest('POST', `/models/${modelId}/calendar-feed/regenerate`, {
      token: await web.signIn(owner),
      headers: { 'idempotency-key': 'feed-1' },
      body: {},
    })
    expect(kept.body).toMatchObject({ feed: { address: null } })
    const { feed } = await api().calendars.get({ id: modelId })
    const fresh = /ical\/(.+)\.ics/.exec(feed?.address ?? '')?.[1] ?? ''
    for (const table of ['calendar_feeds', 'audit_log', 'domain_events', 'idempotency_keys'] as const) {
      const rows = await database().db.selectFrom(table).selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(fresh)
    }
  })
  test('is told only to who manages calendars', async () => {
    const modelId = world.models[0]?.id ?? ''
    for (const role of ['OPERATOR', 'CONTENT_MANAGER', 'READ_ONLY'] as const) {
      const reader = callerOf(database(), await makeUser(database(), role), { clock })
      expect((await reader.calendars.get({ id: modelId })).feed).toMatchObject({ address: null })
    }
  })
  test('can not be guessed: what is none is answered in one way, and who tries many has to wait', async () => {
    const good = await feedOf(world.models[0]?.id ?? '')
    const token = good.slice(6, -4)
    const hash = await database().db.selectFrom('calendar_feeds').select('token_hash').executeTakeFirstOrThrow()
    const guesses = [
      `/ical/${randomBytes(32).toString('base64url')}.ics`,
      `/ical/${token.slice(0, -1)}.ics`,
      `/ical/${token.slice(0, 42)}!.ics`,
      `/ical/${token.toLowerCase()}.ics`,
      `/ical/${token}`,
      `/ical/${token}.ICS`,
      `/ical/${hash.token_hash}.ics`,
      `/ical/${world.models[0]?.id}.ics`,
      '/ical/%00.ics',
      '/ical/..%2f.ics',
    ]
    const answers = await Promise.all(guesses.map(async (path) => [(await read(path)).status, await (await read(path)).text()]))
    expect(new Set(answers.map((one) => JSON.stringify(one)))).toEqual(
      new Set([JSON.stringify([404, 'There is no calendar at this address.'])]),
    )
    const many = await Promise.all(
      Array.from({ length: 40 }, async () => (await read(`/ical/${randomBytes(32).toString('base64url')}.ics`)).status),
    )
    expect(many.filter((status) => status === 429).length).toBeGreaterThan(20)
    // Her own calendar, from the same address, still gets in.
    expect((await read(good)).status).toBe(200)
  })
})
