import type { Ctx } from '#server/context.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { transact } from '#server/transact.ts'

export interface FailedJob {
  id: string
  task: string
  key: string | null
  attempts: number
}

/** A job's id as the UUID that events and exceptions want. */
export function jobUuid(id: string): string {
  return `00000000-0000-4000-8000-${BigInt(id).toString(16).padStart(12, '0')}`
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
