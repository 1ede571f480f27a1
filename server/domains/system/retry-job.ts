import { sql } from 'kysely'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { jobUuid } from '#workers/catalogue.ts'

/**
 * Gives a failed job all its tries again, from now. Throws `not_found` for one that is not failed: it may have been
 * retried by someone else, or be running.
 */
export async function retryJob(tx: Tx, id: string): Promise<{ id: string; task: string }> {
  const [job] = await tx.run(sql<{ task_identifier: string; attempts: number; last_error: string | null }>`
    select task_identifier, attempts, last_error from graphile_worker.jobs
    where id = ${id}::bigint and attempts >= max_attempts and locked_at is null`)
  if (!job) throw notFound('failed job')
  // Takes nothing that a runner has locked meanwhile.
  const retried = await tx.run(
    sql`select id from graphile_worker.reschedule_jobs(array[${id}::bigint], run_at := now(), attempts := 0)`,
  )
  if (retried.length === 0) throw notFound('failed job')
  const entity = { entityType: 'job', entityId: jobUuid(id), entityRef: id }
  tx.audit({
    action: 'job.retried',
    ...entity,
    before: { task: job.task_identifier, attempts: job.attempts, lastError: job.last_error },
    after: { attempts: 0 },
  })
  tx.event({ type: 'job.retried', ...entity })
  return { id, task: job.task_identifier }
}
