import { Logger, run } from 'graphile-worker'
import pg from 'pg'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { startRelay } from '#server/outbox/relay.ts'
import { transact } from '#server/transact.ts'
import { QUEUES } from '#workers/catalogue.ts'
import { startRunner } from '#workers/runner.ts'
import { HANDLERS } from '#workers/tasks/index.ts'
import { type Contest, openLoop, type Sample, sampleOf } from './measure.ts'
import { settleOutbox } from './p7-feed.ts'
import type { Stage } from './stage.ts'

const BULK = 5_000
const BATCH = 500
const PER_SECOND = 100
const PATIENCE_MS = 30_000

/** Jobs as they begin, by the id they carry. */
class Starts {
  readonly begun = new Map<string, number>()
  readonly #awaited = new Map<string, PromiseWithResolvers<number>>()
  twice = 0

  note(id: string): void {
    if (this.begun.has(id)) this.twice += 1
    const at = performance.now()
    this.begun.set(id, at)
    this.#awaited.get(id)?.resolve(at)
    this.#awaited.delete(id)
  }

  of(id: string): Promise<number> {
    const at = this.begun.get(id)
    if (at !== undefined) return Promise.resolve(at)
    const known = this.#awaited.get(id)
    if (known) return known.promise
    const awaited = Promise.withResolvers<number>()
    this.#awaited.set(id, awaited)
    setTimeout(() => awaited.reject(new Error(`job ${id} never began`)), PATIENCE_MS).unref()
    return awaited.promise
  }
}

/** graphile-worker by itself with a task that does nothing, set as the product's runner is. */
async function startBare(url: string, starts: Starts) {
  const settings = QUEUES.ops
  const pool = new pg.Pool({ connectionString: url, max: settings.concurrency + 2 })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  const runner = await run({
    pgPool: pool,
    noHandleSignals: true,
    logger: new Logger(() => () => {}),
    parsedCronItems: [],
    taskList: { bench_noop: async (payload) => starts.note((payload as { id: string }).id) },
    preset: {
      worker: {
        concurrentJobs: settings.concurrency,
        pollInterval: settings.pollMs,
        localQueue: { size: settings.localQueue, ttl: 10_000 },
        completeJobBatchDelay: settings.completeBatchMs,
      },
    },
  })
  return async () => {
    await runner.stop()
    await pool.end()
  }
}

/** From an event in the outbox until its job begins: in bulk, and one by one. */
export async function outbox(stage: Stage, ms: number): Promise<Contest[]> {
  await settleOutbox(stage)
  const { pool } = stage.database
  const { url, log } = stage
  const ids = stage.ctx().ids
  const starts = new Starts()
  const stopBare = await startBare(url, starts)
  const handlers = { ...HANDLERS, 'event-react': async (_ctx: unknown, { eventId }: { eventId: string }) => starts.note(eventId) }
  const runner = await startRunner({
    queue: 'ops',
    url,
    log,
    handlers,
    appUrl: 'http://localhost',
    secrets: createSecretBox(['bench'.repeat(8)]),
  })
  let expected = 0

  const insertEvents = async (eventIds: readonly string[]) => {
    await pool.query(
      `insert into domain_events (id, type, entity_type, entity_id, payload, occurred_at)
       select id, 'inquiry.created', 'inquiry', id, '{"source":"web"}', now() from unnest($1::uuid[]) as id`,
      [eventIds],
    )
  }
  const addJobs = (jobIds: readonly string[]) =>
    pool.query(
      `select count(*) from graphile_worker.add_jobs(array(select row('bench_noop', json_build_object('id', id), null, null, 5::smallint, id::text, null, null)::graphile_worker.job_spec
       from unnest($1::uuid[]) as id), false)`,
      [jobIds],
    )
  const bulk = async (begin: (bulkIds: string[]) => Promise<() => Promise<void>>): Promise<Sample> => {
    const bulkIds = Array.from({ length: BULK }, () => ids.next())
    expected += BULK
    const end = await begin(bulkIds)
    const from = performance.now()
    const endings = bulkIds.map((id) => starts.of(id))
    const finish = end()
    const times = (await Promise.all(endings)).map((at) => at - from)
    await finish
    return sampleOf(times, Math.max(...times))
  }
  const relayed: Contest = {
    id: 'P9',
    what: `outbox event to job started, ${BULK} waiting`,
    floor: () =>
      bulk(async (bulkIds) => async () => {
        for (let n = 0; n < BULK; n += BATCH) await addJobs(bulkIds.slice(n, n + BATCH))
      }),
    product: () =>
      bulk(async (bulkIds) => {
        await insertEvents(bulkIds)
        return async () => {
          const relay = startRelay({ pool, log, url })
          await starts.of(bulkIds.at(-1) ?? '')
          await relay.stop()
        }
      }),
    bars: [{ kind: 'rate', atLeast: 0.3 }],
    oracle: async () =>
      starts.begun.size === expected && starts.twice === 0
        ? undefined
        : `${expected} expected, ${starts.begun.size} begun, ${starts.twice} twice`,
  }
  let relay: ReturnType<typeof startRelay> | undefined
  const single: Contest = {
    id: 'P9',
    what: `outbox event to job started, ${PER_SECOND}/s`,
    floor: () =>
      openLoop(PER_SECOND, ms, async () => {
        const id = ids.next()
        expected += 1
        await pool.query(`select graphile_worker.add_job('bench_noop', json_build_object('id', $1::text))`, [id])
        const from = performance.now()
        return [(await starts.of(id)) - from]
      }),
    product: () => {
      relay ??= startRelay({ pool, log, url })
      return openLoop(PER_SECOND, ms, async () => {
        const entityId = ids.next()
        expected += 1
        let eventId = ''
        await transact(stage.ctx(), async (tx) => {
          const spied = { ...tx.ctx.ids, next: () => (eventId = ids.next()) }
          Object.assign(tx.ctx, { ids: spied })
          await tx.run(tx.db.selectFrom('settings').select('key').limit(1))
          tx.event({ type: 'inquiry.created', entityType: 'inquiry', entityId, payload: { source: 'web' } })
        })
        const from = performance.now()
        return [(await starts.of(eventId)) - from]
      })
    },
    bars: [{ kind: 'p50', atMostTimes: 3 }],
    oracle: relayed.oracle,
    async close() {
      await relay?.stop()
      await runner.stop()
      await stopBare()
    },
  }
  return [relayed, single]
}
