import type pg from 'pg'
import type { Logger } from 'pino'
import type { Timer } from '#db/tables/index.ts'
import { listen } from '#server/realtime/listen.ts'
import { consumersOf, eventJobKey, isTaskName, TASKS } from '#workers/catalogue.ts'
import { enqueue, type JobSpec, removeJobs } from '#workers/enqueue.ts'
import { OUTBOX_CHANNEL } from './wake.ts'

/** Carries the last relayed seq to every web process. */
export const FEED_CHANNEL = 'virel_feed'
/** Key of the advisory lock that lets one relay work at a time. */
const RELAY_LOCK = 726_500_001
/** An event this many steps from its first cause feeds no more consumers: a circle of reactions ends here. */
export const MAX_DEPTH = 10

export interface RelayDeps {
  pool: pg.Pool
  log: Logger
}

export interface Relayed {
  count: number
  /** Another process is relaying. */
  busy: boolean
}

interface OutboxRow {
  id: string
  seq: number
  type: string
  depth: number
  timers: Timer[] | null
}

// The sort is inside, nextval outside: seq follows position. NO KEY UPDATE: a foreign key's share lock is no reason to skip.
const TAKE = {
  name: 'virel_relay_take',
  text: `with picked as materialized (
    select id, position from domain_events where seq is null order by position limit $1 for no key update skip locked
  ), numbered as materialized (
    select id, nextval('domain_event_seq') as seq from (select id from picked order by position) as sorted
  )
  update domain_events e set seq = n.seq, relayed_at = now() from numbered n where e.id = n.id
  returning e.id, e.seq, e.type, e.depth, e.timers`,
}

/**
 * Takes up to `batch` unrelayed events in the order of their position and, in one transaction, numbers them, turns
 * them into jobs and timers and tells the web processes. Three round trips, whatever the batch.
 *
 * Order: an entity's events draw their position just before COMMIT and under the entity's row lock, so whoever sees
 * the later one sees the earlier one too; one relay at a time then gives `seq` in that order, and because its lock
 * outlives its commit, seq N is visible before N+1 is given. Jobs of one batch may run side by side: consumers keep
 * the order of an entity themselves (consumeInOrder). Delivery is at least once.
 */
export async function relayOnce({ pool, log }: RelayDeps, { batch = 500 }: { batch?: number } = {}): Promise<Relayed> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    const begun = client.query('begin')
    begun.catch(ignore)
    const { rows: locked } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as got', [
      RELAY_LOCK,
    ])
    await begun
    if (!locked[0]?.got) {
      await client.query('rollback')
      return { count: 0, busy: true }
    }
    const { rows } = await client.query<OutboxRow>({ ...TAKE, values: [batch] })
    if (rows.length === 0) {
      await client.query('rollback')
      return { count: 0, busy: false }
    }
    rows.sort((a, b) => a.seq - b.seq)
    const { jobs, removed } = jobsOf(rows, log)
    await Promise.all([
      enqueue(client, jobs),
      removeJobs(client, removed),
      client.query('select pg_notify($1, $2)', [FEED_CHANNEL, String(rows.at(-1)?.seq)]),
      committed(client),
    ])
    return { count: rows.length, busy: false }
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A failed statement ahead of it turns COMMIT into ROLLBACK without an error of its own. */
async function committed(client: pg.PoolClient): Promise<void> {
  const { command } = await client.query('commit')
  if (command !== 'COMMIT') throw new Error('the relay was rolled back')
}

/** Jobs and timers of a batch. Of several timers with one key the last decides, as if they had come one by one. */
export function jobsOf(rows: readonly OutboxRow[], log: Pick<Logger, 'error' | 'warn'>): { jobs: JobSpec[]; removed: string[] } {
  const jobs: JobSpec[] = []
  const timers = new Map<string, JobSpec | null>()
  for (const row of rows) {
    const cause = { causeId: row.id, depth: row.depth + 1 }
    if (row.depth < MAX_DEPTH) {
      for (const consumer of consumersOf(row.type)) {
        jobs.push({ task: consumer, payload: { eventId: row.id }, key: eventJobKey(consumer, row.id), cause })
      }
    } else if (consumersOf(row.type).length > 0) {
      log.warn({ eventId: row.id, type: row.type, depth: row.depth }, 'a chain of events got too long; it ends here')
    }
    for (const timer of row.timers ?? []) {
      const spec = timerSpec(timer, cause)
      // One bad timer must not hold up the outbox for ever: it is left out, loudly.
      if (spec === undefined) log.error({ eventId: row.id, timer }, 'timer not understood; left out')
      else timers.set(timer.key, spec)
    }
  }
  const removed: string[] = []
  for (const [key, spec] of timers) {
    if (spec) jobs.push(spec)
    else removed.push(key)
  }
  return { jobs, removed }
}

function timerSpec(timer: Timer, cause: { causeId: string; depth: number }): JobSpec | null | undefined {
  if (typeof timer.key !== 'string' || timer.key.length === 0 || timer.key.length > 500) return undefined
  if (timer.runAt === null) return null
  const runAt = new Date(timer.runAt)
  if (Number.isNaN(runAt.getTime()) || !isTaskName(timer.task)) return undefined
  const payload = TASKS[timer.task].payload.safeParse(timer.payload)
  if (!payload.success) return undefined
  return { task: timer.task, payload: payload.data, key: timer.key, runAt, cause } as JobSpec
}

export interface Relay {
  stop(): Promise<void>
}

/**
 * Relays until stopped: at once when woken by NOTIFY, and every second whatever happens, so that a lost wake-up costs
 * a second and loses nothing. Any number of processes may run one; the lock lets one work.
 */
export function startRelay(deps: RelayDeps & { url: string }, { batch = 500, pollMs = 1_000 } = {}): Relay {
  let stopped = false
  let woken = false
  let wakeUp: (() => void) | undefined
  const wake = () => {
    woken = true
    wakeUp?.()
  }
  const listener = listen({ url: deps.url, channel: OUTBOX_CHANNEL, log: deps.log, onNotify: wake, onListening: wake })
  const pause = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, pollMs)
      wakeUp = () => {
        clearTimeout(timer)
        resolve()
      }
      if (woken || stopped) wakeUp()
    })
  const running = (async () => {
    while (!stopped) {
      woken = false
      try {
        let full = true
        while (full && !stopped) full = (await relayOnce(deps, { batch })).count === batch
      } catch (error) {
        deps.log.warn({ err: error }, 'relay failed; it tries again in a second')
        woken = false
      }
      await pause()
      wakeUp = undefined
    }
  })()
  return {
    async stop() {
      stopped = true
      wakeUp?.()
      await Promise.all([listener.stop(), running])
    },
  }
}

function ignore(): void {}
