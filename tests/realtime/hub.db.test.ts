import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import { type HttpBindings, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { type Hub, hubOf, openStream, type StreamOptions, startHub } from '#server/realtime/index.ts'
import { permissionsOf } from '#tests/support/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/support/database.ts'
import { relayAll, silent, until, writeEvent } from '#tests/support/events.ts'

interface Frame {
  id?: number
  event?: string
  data?: { type?: string; entityId?: string; entityRef?: string | null; at?: string }
}

const MANAGER: StreamOptions = { permissions: permissionsOf('OPS_MANAGER'), userId: null }
const ME = randomUUID()

/** Reads a stream's frames as a browser would. */
class Client {
  readonly frames: Frame[] = []
  beats = 0
  ended = false
  lastId: number | undefined
  #reader: ReadableStreamDefaultReader<Uint8Array>
  #abort = new AbortController()
  constructor(hub: Hub, options: StreamOptions = MANAGER) {
    const { body } = openStream(hub, { ...options, signal: this.#abort.signal })
    if (!body) throw new Error('no body')
    this.#reader = body.getReader()
    void this.#read()
  }
  async #read(): Promise<void> {
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const { done, value } = await this.#reader.read()
      if (done) break
      rest += decoder.decode(value, { stream: true })
      const parts = rest.split('\n\n')
      rest = parts.pop() ?? ''
      for (const part of parts) this.#take(part)
    }
    this.ended = true
  }
  #take(text: string): void {
    const frame: Frame = {}
    for (const line of text.split('\n')) {
      if (line.startsWith('id: ')) frame.id = Number(line.slice(4))
      if (line.startsWith('event: ')) frame.event = line.slice(7)
      if (line.startsWith('data: ')) frame.data = JSON.parse(line.slice(6))
    }
    if (frame.id !== undefined) this.lastId = frame.id
    if (frame.event === 'beat') this.beats += 1
    else if (frame.event) this.frames.push(frame)
  }
  changes(): Frame[] {
    return this.frames.filter((frame) => frame.event === 'change')
  }
  is(event: string): boolean {
    return this.frames.some((frame) => frame.event === event)
  }
  cut(): void {
    this.#abort.abort()
  }
}

let db: TestDatabase
let hub: Hub
beforeAll(async () => {
  db = await createTestDatabase()
  hub = startHub({ url: db.url, pool: db.pool, log: silent, heartbeatMs: 50, recheckMs: 50 })
  await until('the hub listens', () => hub.state().listening)
})
afterAll(async () => {
  await hub.stop()
  await db.drop()
})

async function opened(options?: StreamOptions): Promise<Client> {
  const client = new Client(hub, options)
  await until('the stream is open', () => client.is('ready') || client.ended)
  return client
}

describe('the live feed', () => {
  test('tells a change with ids only, at once, and keeps the line warm', async () => {
    const client = await opened()
    const entityId = randomUUID()
    await writeEvent(db, { type: 'booking.updated', entityId, payload: { note: 'call Jane on +447700900123' } })
    await relayAll(db)
    await until('told', () => client.changes().length > 0, 1_000)
    const [frame] = client.changes()
    expect(Object.keys(frame?.data ?? {}).sort()).toEqual(['at', 'entityId', 'entityRef', 'entityType', 'type'])
    expect(frame).toMatchObject({ event: 'change', data: { type: 'booking.updated', entityId } })
    expect(frame?.id).toBe(hub.state().lastSeq)
    await until('a heartbeat', () => client.beats > 0, 2_000)
    client.cut()
    await until('the hub let go', () => hub.state().subscribers === 0)
  })

  // Architecture 4: subscribe first, then read what was missed: nothing is missing after a break of any length.
  test('a stream cut at random places and resumed misses nothing and repeats nothing; one that does not resume misses some', async () => {
    const seed = 4
    const rng = seededRng(seed)
    const total = 1_500
    const from = hub.state().lastSeq ?? 0
    console.info(`feed: ${total} events, streams cut at random, seed ${seed}`)
    let writing = true
    const writer = (async () => {
      for (let n = 0; n < total; n += 10) {
        await Promise.all(Array.from({ length: 10 }, () => writeEvent(db, { type: 'booking.updated' })))
        await relayAll(db)
      }
      writing = false
    })()
    const follow = async (resume: boolean): Promise<number[]> => {
      const seen: number[] = []
      let lastEventId: string | undefined
      do {
        const client = new Client(hub, { ...MANAGER, lastEventId: lastEventId ?? (resume ? String(from) : null) })
        await new Promise((resolve) => setTimeout(resolve, rng() * 60))
        client.cut()
        await until('cut', () => client.ended)
        seen.push(...client.changes().map((frame) => frame.id ?? 0))
        if (resume) lastEventId = String(client.lastId ?? lastEventId ?? from)
        await new Promise((resolve) => setTimeout(resolve, rng() * 20))
      } while (writing)
      const last = await opened(resume ? { ...MANAGER, lastEventId } : MANAGER)
      await until('caught up', async () => {
        const { rows } = await db.pool.query<{ seq: number }>('select max(seq) as seq from domain_events')
        return hub.state().lastSeq === rows[0]?.seq && (!resume || last.lastId === rows[0]?.seq)
      })
      seen.push(...last.changes().map((frame) => frame.id ?? 0))
      last.cut()
      return seen
    }
    const [one, two, planted] = await Promise.all([follow(true), follow(true), follow(false), writer])
    const { rows } = await db.pool.query<{ seq: number }>('select seq from domain_events where seq > $1 order by seq', [from])
    const all = rows.map((row) => row.seq)
    expect(all).toHaveLength(total)
    expect(one).toEqual(all)
    expect(two).toEqual(all)
    expect(planted.length, 'the planted bug was not seen').toBeLessThan(total)
  })

  test('a resume point that was never given out, or is no longer kept, answers with a reset', async () => {
    const ahead = await opened({ ...MANAGER, lastEventId: '999999999' })
    expect(ahead.is('reset')).toBe(true)
    expect(ahead.lastId).toBe(hub.state().lastSeq)
    await writeEvent(db, { type: 'booking.updated' })
    await writeEvent(db, { type: 'booking.updated' })
    await relayAll(db)
    const kept = (hub.state().lastSeq ?? 0) - 1
    await db.pool.query(`update domain_events set relayed_at = now() - interval '31 days' where seq = $1`, [kept])
    const old = await opened({ ...MANAGER, lastEventId: String(kept) })
    expect(old.is('reset')).toBe(true)
    await db.pool.query('delete from domain_events where seq = $1', [kept])
    const gone = await opened({ ...MANAGER, lastEventId: String(kept) })
    expect(gone.is('reset')).toBe(true)
    const nonsense = await opened({ ...MANAGER, lastEventId: "1' or true" })
    expect(nonsense.is('reset')).toBe(false)
    for (const client of [ahead, old, gone, nonsense]) client.cut()
  })

  test('what may not be seen is told neither live nor when catching up', async () => {
    const OPERATOR: StreamOptions = { permissions: permissionsOf('OPERATOR'), userId: ME }
    const from = String(hub.state().lastSeq)
    const live = await opened(OPERATOR)
    const mine = await writeEvent(db, { type: 'booking.updated', assigneeId: ME, previousAssigneeId: ME })
    await writeEvent(db, { type: 'booking.updated', assigneeId: randomUUID(), previousAssigneeId: randomUUID() })
    await writeEvent(db, { type: 'payment.recorded' })
    await writeEvent(db, { type: 'user.updated' })
    const free = await writeEvent(db, { type: 'task.created' })
    await relayAll(db)
    const { rows } = await db.pool.query<{ seq: number }>('select seq from domain_events where id = any($1) order by seq', [
      [mine, free],
    ])
    const allowed = rows.map((row) => row.seq)
    await until('told live', () => live.changes().length === 2)
    const late = await opened({ ...OPERATOR, lastEventId: from })
    await until('told late', () => late.changes().length === 2)
    expect(live.changes().map((frame) => frame.id)).toEqual(allowed)
    expect(late.changes().map((frame) => frame.id)).toEqual(allowed)
    const stranger = await opened({ permissions: new Set(), userId: ME, lastEventId: from })
    expect(stranger.changes()).toEqual([])
    for (const client of [live, late, stranger]) client.cut()
  })

  test('a stream ends when its session does, and not because a check could not be made', async () => {
    let valid: boolean | Error = new Error('database away')
    const client = await opened({
      ...MANAGER,
      stillValid: async () => {
        if (valid instanceof Error) throw valid
        return valid
      },
    })
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(client.ended).toBe(false)
    valid = true
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(client.ended).toBe(false)
    valid = false
    await until('closed', () => client.ended, 2_000)
  })

  test('a client that does not read is cut off at 1 MB and costs the others nothing', async () => {
    const subscribers = hub.state().subscribers
    const { body } = openStream(hub, MANAGER)
    const reading = await opened()
    const before = reading.changes().length
    await db.pool.query(
      `insert into domain_events (id, seq, type, entity_type, entity_id, occurred_at, relayed_at)
       select gen_random_uuid(), nextval('domain_event_seq'), 'booking.updated', 'booking', gen_random_uuid(), now(), now()
       from generate_series(1, 8000)`,
    )
    await until('cut off', () => hub.state().subscribers === subscribers + 1)
    await until('the other has all', () => reading.changes().length - before === 8_000)
    await body?.cancel()
    reading.cut()
  })

  test('comes back by itself when its connection is cut, says so meanwhile, and has missed nothing', async () => {
    expect(hubOf(db.pool)).toBe(hub)
    const client = await opened()
    await db.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'virel listen virel_feed' and datname = current_database()`,
    )
    await until('noticed', () => !hub.state().listening, 2_000)
    await writeEvent(db, { type: 'booking.updated' })
    await relayAll(db)
    await until('back', () => hub.state().listening, 5_000)
    await until('told', () => client.changes().length === 1, 3_000)
    client.cut()
  })

  test('written straight to the socket it is the same feed, with the headers it was given; a closed tab is noticed', async () => {
    const app = new Hono<{ Bindings: HttpBindings }>()
    app.use(async (c, next) => {
      await next()
      c.res.headers.set('x-late', 'too late for a direct answer')
    })
    app.get('/', (c) => openStream(hub, { ...MANAGER, outgoing: c.env.outgoing, headers: { 'x-request-id': 'r1' } }))
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' })
    await until('listening', () => server.listening)
    const subscribers = hub.state().subscribers
    try {
      const request = http.get({ port: (server.address() as AddressInfo).port, host: '127.0.0.1', agent: false })
      const [response] = (await once(request, 'response')) as [http.IncomingMessage]
      expect(response.statusCode).toBe(200)
      expect(response.headers).toMatchObject({ 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'r1' })
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part
      })
      await until('ready', () => text.includes('event: ready'))
      const entityId = randomUUID()
      await writeEvent(db, { type: 'booking.updated', entityId })
      await relayAll(db)
      await until('told', () => text.includes(entityId))
      expect(text.split(entityId)).toHaveLength(2)
      expect(hub.state().subscribers).toBe(subscribers + 1)
      request.destroy()
      await until('noticed', () => hub.state().subscribers === subscribers)
    } finally {
      server.close()
    }
  })
})
