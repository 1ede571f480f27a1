import type { Ctx } from '#server/context.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { transact } from '#server/transact.ts'
import { jobUuid } from './catalogue.ts'

export interface FailedJob {
  id: string
  task: string
  key: string | null
  attempts: number
}

const MAX_ERROR_TEXT = 500

/**
 * A job that ran out of tries becomes one exception in the Action Center; the same job failing again before anyone
 * dealt with it is counted on that one.
 */
export async function reportFailure(ctx: Ctx, job: FailedJob, error: unknown): Promise<void> {
  const entity = { entityType: 'job' as const, entityId: jobUuid(job.id), entityRef: job.id }
  await transact(ctx, async (tx) => {
    await raiseException(tx, {
      type: 'job_failed',
      severity: 'high',
      summary: `The job ${job.task} failed ${job.attempts} times and was given up`,
      details: { task: job.task, jobId: job.id, attempts: job.attempts, error: String(error).slice(0, MAX_ERROR_TEXT) },
      ...entity,
      dedupeKey: `job:${job.task}:${job.key ?? job.id}`,
    })
    tx.event({ type: 'job.failed', ...entity, payload: { task: job.task, attempts: job.attempts } })
  })
}
