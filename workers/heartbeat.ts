import { hostname } from 'node:os'
import type pg from 'pg'
import type { Ids } from '#server/context.ts'
import type { QueueName } from './catalogue.ts'

export const BEAT_MS = 5_000

export interface Heartbeat {
  /** graphile-worker's pool ids of this process: what `locked_by` says of the jobs it holds. */
  holds(poolId: string): Promise<void>
  /** Beats in a row without a failure; a sweep waits for two, so that after an outage the others could beat first. */
  inARow(): number
  stop(): Promise<void>
}

/**
 * Tells every 5 s that this process lives, by the database's own clock: machines may disagree about the time, and a
 * sweep must not. `onFenced` is called when others took this process for dead: its jobs run elsewhere by then, so it
 * has to end.
 */
export async function startHeartbeat(pool: pg.Pool, ids: Ids, kind: QueueName | 'web', onFenced: () => void): Promise<Heartbeat> {
  const id = ids.next()
  await pool.query(
    `insert into worker_processes (id, kind, pid, host, started_at, beat_at)
     values ($1, $2, $3, $4, clock_timestamp(), clock_timestamp())`,
    [id, kind, process.pid, hostname()],
  )
  let inARow = 1
  const beat = async () => {
    try {
      const { rows } = await pool.query<{ stopped_at: Date | null }>(
        'update worker_processes set beat_at = clock_timestamp() where id = $1 returning stopped_at',
        [id],
      )
      inARow += 1
      if (!rows[0] || rows[0].stopped_at !== null) onFenced()
    } catch {
      inARow = 0
    }
  }
  const timer = setInterval(beat, BEAT_MS)
  return {
    inARow: () => inARow,
    async holds(poolId) {
      await pool.query('update worker_processes set pool_ids = pool_ids || $2::text where id = $1', [id, poolId])
    },
    async stop() {
      clearInterval(timer)
      await pool.query('update worker_processes set stopped_at = coalesce(stopped_at, clock_timestamp()) where id = $1', [id])
    },
  }
}
