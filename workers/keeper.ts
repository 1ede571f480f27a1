import { findUnreported, sweepDead } from './free-jobs.ts'
import type { Heartbeat } from './heartbeat.ts'
import { reportFailure } from './report-failure.ts'
import { type JobBase, jobContext } from './run-task.ts'

const SWEEP_MS = 5_000
/** Looking at every locked job costs a scan: every second sweep. */
const ORPHAN_SCAN_EVERY = 2
const UNREPORTED_EVERY = 12

export interface Keeper {
  stop(): Promise<void>
}

/** Every runner looks after all of them: what died is noticed by whoever lives. */
export function startKeeper(base: JobBase, heartbeat: Heartbeat): Keeper {
  let round = 0
  let running: Promise<void> | undefined
  const look = async () => {
    round += 1
    const { pools, spent } = await sweepDead(base.pool, round % ORPHAN_SCAN_EVERY === 0)
    if (pools.length > 0) base.log.warn({ pools }, 'a worker died; its jobs run again')
    const failed = spent.map((job) => ({ ...job, error: 'its process was killed each time' }))
    if (round % UNREPORTED_EVERY === 0)
      failed.push(...(await findUnreported(base.pool)).map((job) => ({ ...job, error: job.error ?? '' })))
    for (const { error, ...job } of failed) {
      await reportFailure(jobContext(base, job.task, job.id, { causeId: null, depth: 0 }), job, error)
    }
  }
  const timer = setInterval(() => {
    if (running || heartbeat.inARow() < 2) return
    running = look()
      .catch((error: unknown) => base.log.warn({ err: error }, 'the sweep for dead workers failed; it tries again'))
      .finally(() => {
        running = undefined
      })
  }, SWEEP_MS)
  return {
    async stop() {
      clearInterval(timer)
      await running
    },
  }
}
