import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { readAuditState } from '#server/domains/audit/index.ts'
import { readProvider } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import { hubOf } from '#server/realtime/index.ts'
import { QUEUE_NAMES, type QueueName, queueOf } from '#workers/catalogue.ts'
import type { ListFailedInput } from './system.schema.ts'

/** A process silent for longer than this is as good as dead; the sweep frees its jobs. */
const ALIVE_SECONDS = 15
/** The sealer looks each second and waits for the oldest transaction of the server. */
const UNSEALED_SECONDS = 60
/** Above this the relay stands still: it looks each second by itself. */
const LAG_SECONDS = 10

/** Events of the payment provider are carried out within seconds. */
const EVENT_SECONDS = 60

type Reader = Pick<Ctx, 'db' | 'pool'>

/** How the parts that keep the product going are. Asks the database once. */
export async function readHealth(ctx: Reader & Pick<Ctx, 'provider'>) {
  const started = performance.now()
  const [outbox, workers, audit, payments] = await Promise.all([
    readOutbox(ctx),
    readWorkers(ctx),
    readAuditState(ctx),
    readProvider(ctx),
  ])
  const latencyMs = Math.round(performance.now() - started)
  const feed = hubOf(ctx.pool)?.state()
  const problems: string[] = []
  if (outbox.lagSeconds > LAG_SECONDS) problems.push(`Events wait ${Math.round(outbox.lagSeconds)} s to be passed on.`)
  if (audit.lagSeconds > UNSEALED_SECONDS)
    problems.push(
      `Audit rows wait ${Math.round(audit.lagSeconds)} s to be sealed: the sealer stands still, or a transaction stays open.`,
    )
  if (feed && !feed.listening) problems.push('The live feed has lost its connection and is coming back.')
  if (payments.state !== 'closed')
    problems.push(
      `The payment provider does not answer (${payments.lastError ?? 'no reason known'}); it is asked again by itself.`,
    )
  if (payments.oldestEventSeconds > EVENT_SECONDS)
    problems.push(`Events of the payment provider wait ${Math.round(payments.oldestEventSeconds)} s to be carried out.`)
  for (const queue of QUEUE_NAMES) {
    if (!workers.some((worker) => worker.kind === queue && worker.alive)) problems.push(`No worker runs the queue ${queue}.`)
  }
  return {
    status: problems.length === 0 ? ('ok' as const) : ('degraded' as const),
    problems,
    database: { latencyMs },
    outbox,
    audit,
    payments,
    feed: feed ? { listening: feed.listening, listeners: feed.subscribers } : null,
    workers,
  }
}

export async function readOutbox(ctx: Reader): Promise<{ waiting: number; lagSeconds: number }> {
  // Age by the database's clock: processes may disagree about the time.
  const { rows } = await sql<{ waiting: number; lag: number | null }>`
    select count(*) as waiting, extract(epoch from clock_timestamp() - min(occurred_at))::float8 as lag
    from domain_events where seq is null`.execute(ctx.db)
  return { waiting: rows[0]?.waiting ?? 0, lagSeconds: Math.max(0, rows[0]?.lag ?? 0) }
}

async function readWorkers(ctx: Reader) {
  const { rows } = await sql<{
    id: string
    kind: string
    host: string
    pid: number
    started_at: Date
    beat_at: Date
    stopped_at: Date | null
    alive: boolean
  }>`
    select id, kind, host, pid, started_at, beat_at, stopped_at,
      stopped_at is null and beat_at > clock_timestamp() - make_interval(secs => ${ALIVE_SECONDS}) as alive
    from worker_processes
    where stopped_at is null or stopped_at > clock_timestamp() - interval '1 hour'
    order by stopped_at is not null, kind, started_at desc
    limit 50`.execute(ctx.db)
  return rows.map((row) => ({
    id: row.id,
    kind: row.kind,
    host: row.host,
    pid: row.pid,
    startedAt: row.started_at,
    beatAt: row.beat_at,
    stoppedAt: row.stopped_at,
    alive: row.alive,
  }))
}

export interface QueueDepth {
  name: QueueName | 'unknown'
  waiting: number
  running: number
  scheduled: number
  failed: number
  oldestWaitingSeconds: number
}

/** Depth and age of each queue. `unknown` holds tasks that are no longer in the catalogue, when there are any. */
export async function readQueues(ctx: Reader): Promise<{ queues: QueueDepth[] }> {
  const { rows } = await sql<{ task: string } & Omit<QueueDepth, 'name' | 'oldestWaitingSeconds'> & { oldest: number | null }>`
    select task_identifier as task,
      count(*) filter (where is_open and run_at <= now()) as waiting,
      count(*) filter (where locked_at is not null) as running,
      count(*) filter (where is_open and run_at > now()) as scheduled,
      count(*) filter (where locked_at is null and attempts >= max_attempts) as failed,
      extract(epoch from now() - min(run_at) filter (where is_open and run_at <= now()))::float8 as oldest
    from (select *, locked_at is null and attempts < max_attempts as is_open from graphile_worker.jobs) as jobs
    group by task_identifier`.execute(ctx.db)
  const empty = { waiting: 0, running: 0, scheduled: 0, failed: 0, oldestWaitingSeconds: 0 }
  const depths = new Map<string, QueueDepth>(QUEUE_NAMES.map((name) => [name, { name, ...empty }]))
  for (const row of rows) {
    const name = queueOf(row.task) ?? 'unknown'
    const depth = depths.get(name) ?? { name, ...empty }
    depth.waiting += row.waiting
    depth.running += row.running
    depth.scheduled += row.scheduled
    depth.failed += row.failed
    depth.oldestWaitingSeconds = Math.max(depth.oldestWaitingSeconds, row.oldest ?? 0)
    depths.set(name, depth)
  }
  return { queues: [...depths.values()] }
}

interface FailedRow {
  id: number
  task_identifier: string
  key: string | null
  attempts: number
  max_attempts: number
  last_error: string | null
  created_at: Date
  tried_at: Date
}

/** Jobs that ran out of tries, newest first. The cursor is the last job's number. */
export async function listFailedJobs(ctx: Reader, { limit, cursor }: ListFailedInput) {
  const after = cursor === undefined ? undefined : /^(next|prev):(\d{1,18})$/.exec(cursor)
  if (after === null) {
    throw new AppError('malformed', 'cursor is not one this list gave out. Start again without it.', {
      errors: [{ path: 'cursor', message: 'is not one this list gave out' }],
    })
  }
  const back = after?.[1] === 'prev'
  const edge = after ? sql`and id ${sql.raw(back ? '>' : '<')} ${after[2]}::bigint` : sql``
  const { rows } = await sql<FailedRow>`
    select id, task_identifier, key, attempts, max_attempts, last_error, created_at,
      -- A failed try moves run_at on by e^attempts seconds and says nothing else of when it was.
      greatest(created_at, run_at - exp(least(attempts, 10)) * interval '1 second') as tried_at
    from graphile_worker.jobs where attempts >= max_attempts and locked_at is null ${edge}
    order by id ${sql.raw(back ? 'asc' : 'desc')} limit ${limit + 1}`.execute(ctx.db)
  const more = rows.length > limit
  const page = rows.slice(0, limit)
  if (back) page.reverse()
  const [first, last] = [page[0], page.at(-1)]
  return {
    items: page.map((row) => ({
      id: String(row.id),
      task: row.task_identifier,
      queue: queueOf(row.task_identifier) ?? 'unknown',
      key: row.key,
      attempts: row.attempts,
      maxAttempts: row.max_attempts,
      lastError: row.last_error,
      createdAt: row.created_at,
      lastTriedAt: row.tried_at,
    })),
    nextCursor: last && (back || more) ? `next:${last.id}` : null,
    prevCursor: first && (back ? more : after !== undefined) ? `prev:${first.id}` : null,
  }
}
