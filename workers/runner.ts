import { EventEmitter } from 'node:events'
import { type CronItem, Logger as GraphileLogger, parseCronItems, run, type TaskList, type WorkerEvents } from 'graphile-worker'
import pg from 'pg'
import type { Logger } from 'pino'
import { openDatabase } from '#db/client.ts'
import type { SecretBox } from '#server/auth/secret-box.ts'
import { type Clock, idsFrom, type Rng, systemClock } from '#server/context.ts'
import { type HeadsFile, startSealer } from '#server/domains/audit/index.ts'
import { recordHealth } from '#server/domains/payments/index.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'
import { startRelay } from '#server/outbox/relay.ts'
import { createWaker } from '#server/outbox/wake.ts'
import { QUEUES, type QueueName, TASK_NAMES, TASKS } from './catalogue.ts'
import { freeJobs } from './free-jobs.ts'
import { startHeartbeat } from './heartbeat.ts'
import { startKeeper } from './keeper.ts'
import { type JobBase, runnable } from './run-task.ts'
import { SCHEDULE } from './schedule.ts'
import type { Handlers } from './task.ts'
import { HANDLERS } from './tasks/index.ts'

export interface RunnerOptions {
  queue: QueueName
  url: string
  log: Logger
  clock?: Clock
  rng?: Rng
  handlers?: Handlers
  schedule?: CronItem[]
  appUrl: string
  secrets: SecretBox
  provider?: PaymentProvider
  /** Where the audit log's heads are kept outside the database; the log alone when absent. */
  auditHeads?: HeadsFile
}

export interface Runner {
  /** Settles when it stopped as asked; rejects when it can't go on and the process has to end. */
  finished: Promise<void>
  /** Takes no more jobs, lets running ones finish, and after the drain time gives the rest back. */
  stop(): Promise<void>
}

/** Running jobs get this long to finish; the supervisor kills after 20 s. */
const DRAIN_MS = 15_000
/** graphile-worker wants its concurrency and two more, though with batches it seldom opens more than three. */
const QUEUE_CONNECTIONS = 2

/**
 * One queue's runner: graphile-worker with this queue's tasks, a heartbeat, the sweep for dead runners, and for
 * critical the relay, the sealer of the audit log and the schedule.
 */
export async function startRunner(options: RunnerOptions): Promise<Runner> {
  const { queue, url, log } = options
  const settings = QUEUES[queue]
  const database = openDatabase({
    url,
    max: settings.concurrency + 4,
    name: `virel ${queue}`,
    onIdleError: (err) => log.warn({ err }, 'idle connection lost'),
  })
  const outcome = Promise.withResolvers<void>()
  outcome.promise.catch(() => {})
  // Jobs may have been taken by a fetch whose answer was lost with its connection: they stay locked by our pool for as
  // long as it lives. So it ends, and the sweep frees them.
  const queuePool = openQueuePool(url, queue, log, (error) => outcome.reject(error))
  const clock = options.clock ?? systemClock
  const base: JobBase = {
    db: database.db,
    pool: database.pool,
    clock,
    rng: options.rng ?? Math.random,
    ids: idsFrom(clock),
    log,
    wakeRelay: createWaker(database.pool),
    appUrl: options.appUrl,
    secrets: options.secrets,
    provider: options.provider,
  }
  options.provider?.watch((health) => void recordHealth(base, health))
  const heartbeat = await startHeartbeat(database.pool, base.ids, queue, () =>
    outcome.reject(new Error('taken for dead by another runner; its jobs run elsewhere')),
  )
  const pools: string[] = []
  const events: WorkerEvents = new EventEmitter()
  events.on('pool:create', ({ workerPool }) => {
    pools.push(workerPool.id)
    heartbeat.holds(workerPool.id).catch((err: unknown) => outcome.reject(err))
  })
  const graphile = await run({
    pgPool: queuePool,
    events,
    noHandleSignals: true,
    logger: graphileLogger(log),
    taskList: taskListOf(queue, base, options.handlers ?? HANDLERS),
    parsedCronItems: queue === 'critical' ? parseCronItems(options.schedule ?? SCHEDULE) : [],
    preset: {
      worker: {
        concurrentJobs: settings.concurrency,
        pollInterval: settings.pollMs,
        // Never: what is running at the end of the drain goes back to the queue as it is.
        gracefulShutdownAbortTimeout: DRAIN_MS * 2,
        ...(settings.localQueue > 0 ? { localQueue: { size: settings.localQueue, ttl: 10_000 } } : {}),
        ...(settings.completeBatchMs >= 0 ? { completeJobBatchDelay: settings.completeBatchMs } : {}),
      },
    },
  })
  // graphile-worker 0.18 gives up when the database drops: this process ends then, and the supervisor starts another.
  graphile.promise.then(
    () => outcome.resolve(),
    (error: unknown) => outcome.reject(error),
  )
  const keeper = startKeeper(base, heartbeat)
  const relay = queue === 'critical' ? startRelay({ pool: database.pool, log, url }) : undefined
  const sealer = queue === 'critical' ? startSealer({ pool: database.pool, clock, log, heads: options.auditHeads }) : undefined
  log.info({ queue }, 'runner started')

  async function stop(): Promise<void> {
    await Promise.all([relay?.stop(), keeper.stop(), sealer?.stop()])
    const drained = await Promise.race([
      graphile.stop().then(
        () => true,
        () => true,
      ),
      new Promise<false>((resolve) => setTimeout(resolve, DRAIN_MS, false).unref()),
    ])
    if (!drained) {
      log.warn({ queue }, 'jobs still running after the drain; they go back to the queue')
      const client = await database.pool.connect()
      await freeJobs(client, pools).finally(() => client.release())
    }
    await heartbeat.stop()
    if (drained) await Promise.all([queuePool.end(), database.close()])
  }
  return { finished: outcome.promise, stop }
}

function taskListOf(queue: QueueName, base: JobBase, handlers: Handlers): TaskList {
  return Object.fromEntries(
    TASK_NAMES.filter((name) => TASKS[name].queue === queue).map((name) => [name, runnable(base, name, handlers)]),
  )
}

function openQueuePool(url: string, queue: QueueName, log: Logger, onLost: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: QUEUES[queue].concurrency + QUEUE_CONNECTIONS,
    application_name: `virel ${queue} jobs`,
    connectionTimeoutMillis: 5_000,
  })
  const busy = new WeakSet<pg.PoolClient>()
  pool.on('acquire', (client) => busy.add(client))
  pool.on('release', (_error, client) => busy.delete(client))
  pool.on('error', (err) => log.warn({ err }, 'idle queue connection lost'))
  pool.on('connect', (client) => client.on('error', (error) => busy.has(client) && onLost(error)))
  return pool
}

function graphileLogger(log: Logger): GraphileLogger {
  // What a job's failure means is logged by run-task; the library's own word on it is detail.
  return new GraphileLogger((scope) => (level, message) => {
    if (level === 'error' && scope.label !== 'job' && !message.startsWith('Failed task')) log.error({ scope }, message)
    else if (level === 'warning') log.warn({ scope }, message)
    else log.debug({ scope }, message)
  })
}
