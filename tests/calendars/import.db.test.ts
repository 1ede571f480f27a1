import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { systemActor } from '#server/context.ts'
import { decide, loadTimeFacts } from '#server/domains/availability/index.ts'
import { findDueCalendars, readCalendar } from '#server/domains/calendars/index.ts'
import { createGuardedFetch, type GuardedFetch } from '#server/outgoing/guarded-fetch.ts'
import { callerOf, makeUser, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld, type World } from '#tests/support/world.ts'

/** Where the calendars of these tests are kept. */
let answer: RequestListener
let asked = 0
const elsewhere = createServer((request, response) => {
  asked += 1
  answer(request, response)
})
let outgoing: GuardedFetch

const database = testDatabase()
const clock = new TestClock()
let world: World
let owner: Actor & { id: string }
beforeAll(async () => {
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const { port } = elsewhere.address() as AddressInfo
  const guarded = createGuardedFetch({ mode: 'test', standIns: [`127.0.0.1:${port}`], maxBytes: 5 * 1_048_576, totalMs: 3_000 })
  // The address is a public one; the stand-in answers for it.
  outgoing = (url, request) => guarded(url.replace('https://calendar.example.com', `http://127.0.0.1:${port}`), request)
  world = await makeWorld(database(), { models: 1 })
  owner = await makeUser(database(), 'OWNER')
})
afterAll(() => {
  elsewhere.closeAllConnections()
  elsewhere.close()
})
beforeEach(() => {
  asked = 0
  clock.set('2026-11-21T12:00:00Z')
})

const api = () => callerOf(database(), owner, { clock })
const ctx = (more: object = {}) => testCtx(database(), systemActor('test'), { clock, outgoing, ...more })
const says =
  (...lines: string[]): RequestListener =>
  (_request, response) => {
    response.setHeader('content-type', 'text/calendar')
    response.end(['BEGIN:VCALENDAR', ...lines, 'END:VCALENDAR'].join('\r\n'))
  }
const busy = (uid: string, from: string, to: string) => [
  'BEGIN:VEVENT',
  `UID:${uid}`,
  `DTSTART:${from}`,
  `DTEND:${to}`,
  'END:VEVENT',
]
const down: RequestListener = (request) => request.socket.destroy()

let counter = 0
async function newModel(): Promise<string> {
  const { id } = await api().models.create({
    name: `Imported ${counter++}`,
    primaryLocation: world.location.slug,
    stats: { age: 30 },
    status: 'active',
  })
  return id
}
async function calendarOf(modelId: string, address = 'https://calendar.example.com/private.ics'): Promise<string> {
  const { external } = await api().calendars.addExternal({ id: modelId, name: 'Elsewhere', address })
  return external.at(-1)?.id ?? ''
}
const stateOf = async (modelId: string) => (await api().calendars.get({ id: modelId })).external[0]
async function slotsOf(modelId: string): Promise<string[]> {
  const rows = await database()
    .db.selectFrom('availability_slots')
    .select(['kind', 'starts_at', 'ends_at', 'source'])
    .where('model_id', '=', modelId)
    .orderBy('starts_at')
    .orderBy('ends_at')
    .execute()
  return rows.map((row) => `${row.source} ${row.kind} ${row.starts_at.toISOString()}/${row.ends_at.toISOString()}`)
}
async function decided(modelId: string, from: string) {
  const startsAt = new Date(from)
  const endsAt = new Date(startsAt.getTime() + 3_600_000)
  const facts = (await loadTimeFacts(database().db, [modelId], { from: startsAt, to: endsAt })).get(modelId)
  if (!facts) throw new Error('no facts')
  return decide(facts, { modelId, startsAt, endsAt, locationId: null, callType: 'incall' }, clock.now())
}

describe('a calendar kept elsewhere', () => {
  test('makes her busy when it says so, and free again when it no longer does', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    expect((await stateOf(modelId))?.state).toBe('new')
    answer = says(...busy('a', '20261124T100000Z', '20261124T120000Z'), ...busy('b', '20261125T100000Z', '20261125T110000Z'))
    await readCalendar(ctx(), id)
    expect(await stateOf(modelId)).toMatchObject({ state: 'fresh', busyCount: 2, problem: null, staleSince: null })
    expect((await decided(modelId, '2026-11-24T11:00:00Z')).reasons.map((one) => one.rule)).toEqual(['unavailable'])
    expect((await decided(modelId, '2026-11-24T12:00:00Z')).ok).toBe(true)
    answer = says(...busy('b', '20261125T100000Z', '20261125T110000Z'))
    clock.advance(15)
    await readCalendar(ctx(), id)
    expect(await slotsOf(modelId)).toEqual(['sync unavailable 2026-11-25T10:00:00.000Z/2026-11-25T11:00:00.000Z'])
    expect((await decided(modelId, '2026-11-24T11:00:00Z')).ok).toBe(true)
  })

  test('that can not be read is stale: what it said last holds, all else is neither free nor full, until it answers again', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    answer = says(...busy('a', '20261124T100000Z', '20261124T120000Z'))
    await readCalendar(ctx(), id)
    expect(await decided(modelId, '2026-11-26T10:00:00Z')).toMatchObject({ ok: true, tentative: false })
    answer = down
    clock.advance(15)
    await readCalendar(ctx(), id)
    // Once more before it is told.
    expect(asked).toBe(3)
    expect(await stateOf(modelId)).toMatchObject({ state: 'stale', staleSince: clock.now().toISOString(), busyCount: 1 })
    expect((await stateOf(modelId))?.problem).not.toContain('private')
    expect((await decided(modelId, '2026-11-24T11:00:00Z')).ok).toBe(false)
    expect(await decided(modelId, '2026-11-26T10:00:00Z')).toMatchObject({ ok: true, tentative: true })
    const since = (await stateOf(modelId))?.staleSince
    clock.advance(30)
    await readCalendar(ctx(), id)
    expect((await stateOf(modelId))?.staleSince).toBe(since)
    answer = says()
    clock.advance(30)
    await readCalendar(ctx(), id)
    expect(await slotsOf(modelId)).toEqual([])
    expect(await decided(modelId, '2026-11-26T10:00:00Z')).toMatchObject({ ok: true, tentative: false })
    expect(await stateOf(modelId)).toMatchObject({ state: 'fresh', staleSince: null, problem: null })
  })

  test('that is stale opens no hours she does not work', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    const periods = JSON.stringify({ periods: [{ weekday: 2, from: 600, to: 1_200 }] })
    const at = clock.now()
    await database()
      .db.insertInto('availability_rules')
      .values({
        id: ctx().ids.next(),
        scope: 'model',
        model_id: modelId,
        kind: 'hours',
        config: periods,
        created_at: at,
        updated_at: at,
      })
      .execute()
    answer = down
    await readCalendar(ctx(), id)
    expect((await decided(modelId, '2026-11-26T10:00:00Z')).reasons.map((one) => one.rule)).toEqual(['hours'])
    expect(await decided(modelId, '2026-11-24T11:00:00Z')).toMatchObject({ ok: true, tentative: true })
  })

  test('is asked again when its time has come, later after each failure', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    expect(await findDueCalendars(ctx(), 100)).toContain(id)
    answer = down
    const waits: number[] = []
    for (let times = 0; times < 6; times++) {
      await readCalendar(ctx(), id)
      const next = Date.parse((await stateOf(modelId))?.nextReadAt ?? '')
      waits.push((next - clock.now().getTime()) / 60_000)
      expect(await findDueCalendars(ctx(), 100)).not.toContain(id)
      clock.set(new Date(next))
      expect(await findDueCalendars(ctx(), 100)).toContain(id)
    }
    expect(waits).toEqual([15, 30, 60, 120, 120, 120])
  })

  test('read by two at once is written once; an answer that comes late does not undo a newer one', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    answer = says(...busy('a', '20261124T100000Z', '20261124T120000Z'))
    await Promise.all([readCalendar(ctx(), id), readCalendar(ctx(), id), readCalendar(ctx(), id)])
    expect(await slotsOf(modelId)).toHaveLength(1)
    // The first to ask is answered last, with what was so then.
    const held = Promise.withResolvers<void>()
    const late: GuardedFetch = async (url, request) => {
      const old = await outgoing(url, request)
      await held.promise
      return old
    }
    clock.advance(15)
    const slow = readCalendar(ctx({ outgoing: late }), id)
    await expect.poll(() => asked).toBe(4)
    clock.advance(1)
    answer = says(...busy('b', '20261126T100000Z', '20261126T120000Z'))
    await readCalendar(ctx(), id)
    held.resolve()
    await slow
    expect(await slotsOf(modelId)).toEqual(['sync unavailable 2026-11-26T10:00:00.000Z/2026-11-26T12:00:00.000Z'])
  })

  test('that was removed, or has another address by now, is not written when its answer comes', async () => {
    const [gone, moved] = [await newModel(), await newModel()]
    const [goneId, movedId] = [await calendarOf(gone), await calendarOf(moved)]
    answer = says(...busy('a', '20261124T100000Z', '20261124T120000Z'))
    const meanwhile =
      (work: () => Promise<unknown>): GuardedFetch =>
      async (url, request) => {
        const got = await outgoing(url, request)
        await work()
        return got
      }
    await readCalendar(ctx({ outgoing: meanwhile(() => api().calendars.removeExternal({ id: goneId })) }), goneId)
    const change = () => api().calendars.updateExternal({ id: movedId, address: 'https://calendar.example.com/other.ics' })
    await readCalendar(ctx({ outgoing: meanwhile(change) }), movedId)
    expect([await slotsOf(gone), await slotsOf(moved)]).toEqual([[], []])
    expect(await stateOf(moved)).toMatchObject({ state: 'new' })
  })

  test('keeps nothing of what its events are called', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    answer = says(
      'BEGIN:VEVENT',
      'UID:a',
      'SUMMARY:Dr Canaryname',
      'DTSTART:20261124T100000Z',
      'DTEND:20261124T120000Z',
      'END:VEVENT',
    )
    await readCalendar(ctx(), id)
    expect(await slotsOf(modelId)).toHaveLength(1)
    for (const table of ['availability_slots', 'audit_log', 'domain_events', 'external_calendars'] as const) {
      expect(JSON.stringify(await database().db.selectFrom(table).selectAll().execute())).not.toContain('Canaryname')
    }
  })
})

describe('a hostile address', () => {
  test.each([
    'http://calendar.example.com/a.ics',
    'https://user:secret@calendar.example.com/a.ics',
    'ftp://calendar.example.com/a.ics',
    'file:///etc/passwd',
    'https://localhost/a.ics',
    'javascript:alert(1)',
    'calendar.example.com',
  ])('%s is not taken', async (address) => {
    await expect(api().calendars.addExternal({ id: await newModel(), name: 'x', address })).rejects.toThrow()
  })

  test.each([
    'https://127.0.0.1/a.ics',
    'https://[::ffff:169.254.169.254]/latest/meta-data',
    'https://0x7f.1/a.ics',
    'https://metadata.google.internal/a.ics',
    'webcal://10.0.0.1/a.ics',
  ])('%s is never connected to: the calendar is stale and says why', async (address) => {
    const modelId = await newModel()
    const added = await api()
      .calendars.addExternal({ id: modelId, name: 'x', address })
      .catch(() => undefined)
    if (!added) return
    await readCalendar(ctx({ outgoing: undefined }), added.external[0]?.id ?? '')
    expect(await stateOf(modelId)).toMatchObject({
      state: 'stale',
      problem: expect.stringMatching(/public internet|private network/),
    })
    expect(asked).toBe(0)
  })

  test('negative control: a way out without the guard does reach this machine', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    answer = says()
    const { port } = elsewhere.address() as AddressInfo
    const careless: GuardedFetch = async () => {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      const bytes = Buffer.from(await response.arrayBuffer())
      return { status: response.status, headers: {}, url: response.url, bytes, text: () => bytes.toString() }
    }
    await readCalendar(ctx({ outgoing: careless }), id)
    expect(asked).toBe(1)
  })

  test('a feed of 100 MB is left after its first five; a page, a refusal and silence make it stale', async () => {
    const modelId = await newModel()
    const id = await calendarOf(modelId)
    let sent = 0
    answer = (_request, response) => {
      const chunk = Buffer.alloc(262_144, 'X-PADDING:1\r\n')
      const more = () => {
        while (!response.destroyed && sent < 100 * 1_048_576) {
          sent += chunk.length
          if (!response.write(chunk)) return
        }
        response.end()
      }
      response.write('BEGIN:VCALENDAR\r\n')
      response.on('drain', more)
      more()
    }
    await readCalendar(ctx(), id)
    expect(await stateOf(modelId)).toMatchObject({ state: 'stale', problem: 'The answer is larger than 5242880 bytes.' })
    expect(sent).toBeLessThan(40 * 1_048_576)
    const answers: [RequestListener, RegExp][] = [
      [(_request, response) => response.writeHead(401).end('who are you'), /answers with 401/],
      [(_request, response) => response.end('<html>Sign in</html>'), /no calendar/],
      [says(...busy('a', 'nonsense', 'nonsense')), /can not be read/],
      [() => {}, /did not answer in time/],
    ]
    for (const [listener, words] of answers) {
      answer = listener
      clock.advance(120)
      await readCalendar(ctx(), id)
      expect((await stateOf(modelId))?.problem).toMatch(words)
    }
  })

  test('its secret is sealed, and shown to nobody again', async () => {
    const modelId = await newModel()
    await calendarOf(modelId, 'https://calendar.example.com/secret-Kx72/basic.ics')
    expect(JSON.stringify(await api().calendars.get({ id: modelId }))).not.toContain('secret-Kx72')
    for (const table of ['external_calendars', 'audit_log', 'domain_events', 'idempotency_keys'] as const) {
      expect(JSON.stringify(await database().db.selectFrom(table).selectAll().execute())).not.toContain('secret-Kx72')
    }
  })
})
