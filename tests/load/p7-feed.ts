import { type ClientRequest, get } from 'node:http'
import pg from 'pg'
import { transact } from '#server/transact.ts'
import { type Contest, openLoop } from './measure.ts'
import { startServer } from './servers.ts'
import type { Stage } from './stage.ts'

const SCREENS = 500
const PER_SECOND = 20
/** What never arrives by then is lost. */
const PATIENCE_MS = 10_000

/** 500 open screens: each tells when an id it sees was heard. */
class Screens {
  readonly requests: ClientRequest[] = []
  readonly waiting = new Map<string, { from: number; times: number[]; done: (times: number[]) => void }>()
  lost = 0

  async open(port: number, path: string, headers: Record<string, string>, first: string): Promise<void> {
    const opened = Array.from({ length: SCREENS }, () => this.#openOne(port, path, headers, first))
    await Promise.all(opened)
  }

  #openOne(port: number, path: string, headers: Record<string, string>, first: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const request = get({ host: '127.0.0.1', port, path, headers, agent: false }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`the feed answered ${response.statusCode}`))
        let rest = ''
        response.on('data', (chunk: Buffer) => {
          const frames = (rest + chunk.toString()).split('\n\n')
          rest = frames.pop() ?? ''
          for (const frame of frames) {
            if (frame.includes(first)) resolve()
            else this.#heard(frame)
          }
        })
        response.on('error', () => {})
      })
      request.on('error', reject)
      this.requests.push(request)
    })
  }

  #heard(frame: string): void {
    const id = /"entityId":"([^"]+)"/.exec(frame)?.[1]
    const waiting = id === undefined ? undefined : this.waiting.get(id)
    if (!id || !waiting) return
    waiting.times.push(performance.now() - waiting.from)
    if (waiting.times.length < SCREENS) return
    this.waiting.delete(id)
    waiting.done(waiting.times)
  }

  /** Called right after the commit: how long each screen took to hear of it. */
  hear(id: string, from: number): Promise<number[]> {
    return new Promise((resolve) => {
      this.waiting.set(id, { from, times: [], done: resolve })
      setTimeout(() => {
        const waiting = this.waiting.get(id)
        if (!waiting) return
        this.waiting.delete(id)
        this.lost += SCREENS - waiting.times.length
        resolve([...waiting.times, ...Array<number>(SCREENS - waiting.times.length).fill(PATIENCE_MS)])
      }, PATIENCE_MS).unref()
    })
  }

  close(): void {
    for (const request of this.requests) request.destroy()
  }
}

/** From the commit of a change until 500 open screens have its frame. */
export async function feed(stage: Stage, ms: number): Promise<Contest> {
  const ids = stage.ctx().ids
  await settleOutbox(stage)
  const settings = { BENCH_URL: stage.url }
  const [product, relay, bare] = await Promise.all([
    startServer('product', settings),
    startServer('relay', settings),
    startServer('bare-feed', settings),
  ])
  const [screens, bareScreens] = [new Screens(), new Screens()]
  const open = (some: Screens) =>
    some.open(product.port, '/api/v1/events/stream', { authorization: `Bearer ${stage.token}` }, 'event: ready')
  // What the process takes for its first screens, code and database connections, is no matter of how many there are.
  const first = new Screens()
  await open(first)
  first.close()
  const before = await product.memory()
  await open(screens)
  const perConnection = ((await product.memory()) - before) / SCREENS
  await bareScreens.open(bare.port, '/', {}, ': open')
  const plain = new pg.Pool({ connectionString: stage.url, max: 4 })

  const change = async () => {
    const id = ids.next()
    // Waited for from before the commit returns, or a fast frame would be missed; counted from its return.
    const heard = screens.hear(id, performance.now())
    await transact(stage.ctx(), async (tx) => {
      await tx.run(tx.db.selectFrom('settings').select('key').limit(1))
      tx.event({ type: 'client.updated', entityType: 'client', entityId: id, payload: { fields: ['name'] } })
    })
    const waiting = screens.waiting.get(id)
    if (waiting) waiting.from = performance.now()
    return heard
  }
  const notify = async () => {
    const id = ids.next()
    const heard = bareScreens.hear(id, performance.now())
    await plain.query('select pg_notify($1, $2)', [
      'bench_feed',
      JSON.stringify({ type: 'client.updated', entityType: 'client', entityId: id }),
    ])
    const waiting = bareScreens.waiting.get(id)
    if (waiting) waiting.from = performance.now()
    return heard
  }
  return {
    id: 'P7',
    what: `commit to ${SCREENS} open screens, ${PER_SECOND}/s`,
    floor: () => openLoop(PER_SECOND, ms, notify),
    product: () => openLoop(PER_SECOND, ms, change),
    bars: [
      { kind: 'p99', atMostTimes: 3 },
      { kind: 'p99 ms', atMost: 100 },
      { kind: 'figure', name: 'KB a connection', atMost: 40, value: () => perConnection },
    ],
    oracle: async () => (screens.lost > 0 ? `${screens.lost} frames never arrived` : undefined),
    async close() {
      screens.close()
      bareScreens.close()
      await plain.end()
      await Promise.all([product.stop(), relay.stop(), bare.stop()])
    },
  }
}

/** What earlier benchmarks left in the outbox is none of this one's. */
export async function settleOutbox({ database }: Stage): Promise<void> {
  await database.pool.query(`update domain_events set seq = nextval('domain_event_seq'), relayed_at = now() where seq is null`)
}
