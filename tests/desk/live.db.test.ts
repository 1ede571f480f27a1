import { afterAll, beforeAll, expect, test } from 'vitest'
import { seededRng } from '#server/context.ts'
import { startRelay } from '#server/outbox/relay.ts'
import { type Hub, openStream, startHub } from '#server/realtime/index.ts'
import { permissionsOf } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeDesk } from '#tests/support/desk.ts'
import { relayAll, silent, until } from '#tests/support/events.ts'

const LONG = process.env.VIREL_FAULTS !== undefined
const LOAD_MS = LONG ? 60_000 : 6_000
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`live lists: ${LOAD_MS / 1_000} s, seed ${seed}\n`)

const database = testDatabase()
let hub: Hub
beforeAll(() => {
  hub = startHub({ url: database().url, pool: database().pool, log: silent })
})
afterAll(async () => {
  await hub.stop()
})

interface Options {
  /** Negative control: a screen that does not say where it was. */
  forgets?: boolean
}

type Desk = Awaited<ReturnType<typeof makeDesk>>

/**
 * A screen as a browser keeps it: the list once, then of each change the item alone, asked for anew. Its stream is cut
 * at random; it comes back with the last id it heard. It never loads its list again.
 */
class Screen {
  readonly rows = new Map<string, number>()
  readonly heard: number[] = []
  lastId = 0
  #desk: Desk
  #who: Desk['olivia']
  #options: Options
  #abort = new AbortController()
  #asking = Promise.resolve()
  constructor(desk: Desk, who: Desk['olivia'], options: Options = {}) {
    this.#desk = desk
    this.#who = who
    this.#options = options
  }
  get #api() {
    return this.#desk.as(this.#who).actionCenter
  }
  async load(): Promise<void> {
    let cursor: string | undefined
    do {
      const page = await this.#api.list({ limit: 200, cursor })
      // Of several pages the first is the oldest: from there on everything is heard.
      this.lastId = cursor === undefined ? page.seq : this.lastId
      for (const one of page.items) this.rows.set(one.id, one.version)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
  }
  open(): void {
    this.#abort = new AbortController()
    const lastEventId = this.#options.forgets ? null : String(this.lastId)
    const { body } = openStream(hub, {
      permissions: permissionsOf('OPERATOR'),
      userId: this.#who.id,
      lastEventId,
      signal: this.#abort.signal,
    })
    void this.#read(body)
  }
  async #read(body: ReadableStream<Uint8Array> | null): Promise<void> {
    const reader = body?.getReader()
    const decoder = new TextDecoder()
    let rest = ''
    for (;;) {
      const part = await reader?.read()
      if (!part || part.done) return
      const frames = (rest + decoder.decode(part.value)).split('\n\n')
      rest = frames.pop() ?? ''
      for (const frame of frames) this.#take(frame)
    }
  }
  #take(frame: string): void {
    const id = /^id: (\d+)/m.exec(frame)?.[1]
    if (id) this.lastId = Number(id)
    const data = /^data: (.*)$/m.exec(frame)?.[1]
    if (!frame.includes('event: change') || !data) return
    this.heard.push(Number(id))
    const { entityType, entityId } = JSON.parse(data) as { entityType: string; entityId: string }
    if (entityType === 'task') this.#asking = this.#asking.then(() => this.#refresh(entityId))
  }
  async #refresh(id: string): Promise<void> {
    const one = await this.#api.item({ kind: 'task', id }).catch(() => undefined)
    if (one && one.completedAt === null && one.snooze === null) this.rows.set(id, one.version)
    else this.rows.delete(id)
  }
  cut(): void {
    this.#abort.abort()
  }
  settled(): Promise<void> {
    return this.#asking
  }
  /** What it shows differently from the database: nothing, if nothing was missed. */
  async differences(): Promise<string[]> {
    const truth = new Map<string, number>()
    let cursor: string | undefined
    do {
      const page = await this.#api.list({ limit: 200, cursor })
      for (const one of page.items) truth.set(one.id, one.version)
      cursor = page.nextCursor ?? undefined
    } while (cursor)
    const all = new Set([...truth.keys(), ...this.rows.keys()])
    return [...all].filter((id) => truth.get(id) !== this.rows.get(id))
  }
}

test(
  'a screen whose stream is cut at random under load shows in the end what the database says, having heard each change once',
  async () => {
    const desk = await makeDesk(database())
    const rng = seededRng(seed)
    const relay = startRelay({ pool: database().pool, log: silent, url: database().url }, { pollMs: 20 })
    try {
      const ids = await Promise.all(Array.from({ length: 60 }, async () => (await desk.task()).id))
      await relayAll(database())
      const screens = [
        new Screen(desk, desk.olivia),
        new Screen(desk, desk.oscar),
        new Screen(desk, desk.olivia, { forgets: true }),
      ]
      for (const screen of screens) {
        await screen.load()
        screen.open()
      }
      const end = performance.now() + LOAD_MS
      const acts = [
        { action: 'claim' },
        { action: 'release' },
        { action: 'snooze', event: 'note' },
        { action: 'wake' },
        { action: 'edit', priority: 'high' },
        { action: 'edit', priority: 'low' },
        { action: 'move', to: 'in_progress' },
        { action: 'move', to: 'done', through: true },
      ] as const
      const work = async () => {
        while (performance.now() < end) {
          const who = rng() < 0.5 ? desk.olivia : desk.oscar
          if (rng() < 0.2) ids.push((await desk.task()).id)
          const id = ids[Math.floor(rng() * ids.length)] ?? ''
          const act = acts[Math.floor(rng() * acts.length)] ?? acts[0]
          await desk
            .as(who)
            .actionCenter.act({ kind: 'task', id, ...act })
            .catch(() => {})
        }
      }
      const cuts = async (screen: Screen) => {
        while (performance.now() < end) {
          await new Promise((resolve) => setTimeout(resolve, 20 + rng() * 300))
          screen.cut()
          await new Promise((resolve) => setTimeout(resolve, rng() * 150))
          screen.open()
        }
      }
      await Promise.all([work(), work(), ...screens.map(cuts)])
      await relayAll(database())
      const { rows } = await database().pool.query<{ seq: number }>('select max(seq) as seq from domain_events')
      const newest = rows[0]?.seq ?? 0
      await until('the hub has it all', () => (hub.state().lastSeq ?? 0) >= newest)
      const [hers, his, forgetful] = screens
      if (!hers || !his || !forgetful) throw new Error('three screens')
      for (const screen of [hers, his]) {
        // The last event may not be for this screen: its stream is at the end when a new connection has nothing to add.
        await until('caught up', async () => {
          const before = screen.heard.length
          await new Promise((resolve) => setTimeout(resolve, 200))
          await screen.settled()
          return screen.heard.length === before
        })
        expect(new Set(screen.heard).size, 'something came twice').toBe(screen.heard.length)
        expect(screen.heard).toEqual([...screen.heard].sort((a, b) => a - b))
        expect(await screen.differences()).toEqual([])
      }
      await forgetful.settled()
      expect((await forgetful.differences()).length, 'the planted bug was not seen').toBeGreaterThan(0)
      process.stdout.write(
        `live lists: ${newest} events, ${hers.heard.length} and ${his.heard.length} heard, ${hers.rows.size} rows\n`,
      )
      for (const screen of screens) screen.cut()
    } finally {
      await relay.stop()
    }
  },
  LOAD_MS + 60_000,
)

test('what changed since an event is told once for each entity, to who may see it; too long ago is a reset', async () => {
  const { as, olivia, oscar, task } = await makeDesk(database())
  await relayAll(database())
  const since = (await as().actionCenter.list({})).seq
  const [hers, free] = [await task({ assigneeId: olivia.id }), await task()]
  for (const priority of ['high', 'low'] as const)
    await as(olivia).actionCenter.act({ kind: 'task', id: free.id, action: 'edit', priority })
  await relayAll(database())
  const changed = async (who: typeof olivia) => {
    const { items, reset, seq } = await as(who).actionCenter.changes({ since })
    expect([reset, seq]).toEqual([false, (await as().actionCenter.list({})).seq])
    return items.map((one) => one.entityId)
  }
  expect(await changed(olivia)).toEqual([hers.id, free.id])
  expect(await changed(oscar)).toEqual([free.id])
  expect(await as(oscar).actionCenter.changes({ since: 999_999_999 })).toMatchObject({ reset: true, items: [] })
  const { seq, more } = await as(olivia).actionCenter.changes({ since, limit: 1 })
  expect([seq > since, more]).toEqual([true, true])
})
