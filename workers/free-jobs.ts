import type pg from 'pg'
import { isTaskName, TASKS } from './catalogue.ts'
import type { FailedJob } from './report-failure.ts'

/** Only one process sweeps at a time. */
const SWEEP_LOCK = 726_500_002
/** Three missed beats: 15 s. With a sweep each 5 s a killed process's jobs are free within 20 s. */
const SILENT = "interval '15 seconds'"
/** A try ended by a kill is not the job's fault and is given back, but a job that kills its process must end some time. */
const KILLS_FORGIVEN = 10

interface Orphan {
  id: number
  task_identifier: string
  attempts: number
  max_attempts: number
  key: string | null
}

/**
 * Frees the jobs of dead graphile-worker pools (`locked_by` holds the pool's id in 0.18) so that they run again.
 * graphile-worker counts a try when a job is taken, so a job killed in its last one would never be tried again: it gets
 * one more. Returns those that were killed too often for that.
 */
export async function freeJobs(client: pg.PoolClient, poolIds: readonly string[]): Promise<FailedJob[]> {
  if (poolIds.length === 0) return []
  const { rows: orphans } = await client.query<Orphan>(
    'select id, task_identifier, attempts, max_attempts, key from graphile_worker.jobs where locked_by = any($1::text[])',
    [[...poolIds]],
  )
  await client.query('select graphile_worker.force_unlock_workers($1::text[])', [[...poolIds]])
  const last = orphans.filter((job) => job.attempts >= job.max_attempts)
  const spent = last.filter((job) => job.max_attempts >= triesOf(job.task_identifier) + KILLS_FORGIVEN)
  for (const job of last) {
    if (spent.includes(job)) continue
    await client.query('select graphile_worker.reschedule_jobs(array[$1::bigint], max_attempts := $2::int)', [
      job.id,
      job.max_attempts + 1,
    ])
  }
  return spent.map((job) => ({ id: String(job.id), task: job.task_identifier, key: job.key, attempts: job.attempts }))
}

function triesOf(task: string): number {
  return isTaskName(task) ? TASKS[task].maxAttempts : 1
}

export interface Swept {
  /** Pools found dead. */
  pools: string[]
  spent: FailedJob[]
}

/**
 * Finds processes that have been silent for 15 s, marks them stopped and frees their jobs. A pool no living process
 * answers for is dead too: its process was killed before it could say which pool it held.
 */
export async function sweepDead(pool: pg.Pool, orphanScan: boolean): Promise<Swept> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const { rows: locks } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as got', [
      SWEEP_LOCK,
    ])
    if (!locks[0]?.got) {
      await client.query('rollback')
      return { pools: [], spent: [] }
    }
    const { rows: dead } = await client.query<{ pool_ids: string[] }>(
      `update worker_processes set stopped_at = clock_timestamp()
       where stopped_at is null and beat_at < clock_timestamp() - ${SILENT} returning pool_ids`,
    )
    const pools = dead.flatMap((row) => row.pool_ids)
    if (orphanScan) {
      const { rows } = await client.query<{ locked_by: string }>(
        `select distinct j.locked_by from graphile_worker.jobs j
         where j.locked_at < clock_timestamp() - ${SILENT}
           and not exists (select 1 from worker_processes w where w.stopped_at is null and w.pool_ids @> array[j.locked_by])`,
      )
      pools.push(...rows.map((row) => row.locked_by))
    }
    const spent = await freeJobs(client, [...new Set(pools)])
    await client.query('commit')
    return { pools, spent }
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** Given up, but nobody was told: the process ended between the two. */
export async function findUnreported(pool: pg.Pool): Promise<(FailedJob & { error: string | null })[]> {
  const { rows } = await pool.query<Orphan & { last_error: string | null }>(
    `select j.id, j.task_identifier, j.attempts, j.max_attempts, j.key, j.last_error from graphile_worker.jobs j
     where j.attempts >= j.max_attempts and j.locked_at is null
       and not exists (select 1 from exceptions x where x.entity_type = 'job'
         and x.entity_id = ('00000000-0000-4000-8000-' || lpad(to_hex(j.id), 12, '0'))::uuid)
     limit 100`,
  )
  return rows.map((job) => ({
    id: String(job.id),
    task: job.task_identifier,
    key: job.key,
    attempts: job.attempts,
    error: job.last_error,
  }))
}
