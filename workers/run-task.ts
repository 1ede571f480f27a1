import type { Job, JobHelpers, Task } from 'graphile-worker'
import type { Ctx } from '#server/context.ts'
import { systemActor } from '#server/context.ts'
import { withoutSecrets } from '#server/log.ts'
import { TASKS, type TaskName } from './catalogue.ts'
import { openEnvelope } from './enqueue.ts'
import { reportFailure } from './report-failure.ts'
import type { Attempt, Handlers } from './task.ts'

/** What every job's context starts from: all of a Ctx that is not about one job. */
export type JobBase = Pick<
  Ctx,
  'db' | 'pool' | 'clock' | 'rng' | 'ids' | 'log' | 'wakeRelay' | 'appUrl' | 'secrets' | 'outgoing' | 'provider'
>

/** The context of a job: the system acts, because of the event it follows from. */
export function jobContext(base: JobBase, name: string, jobId: string, cause: Pick<Ctx, 'causeId' | 'depth'>): Ctx {
  return {
    ...base,
    log: base.log.child({ job: name, jobId }),
    actor: systemActor(name),
    via: 'job',
    requestId: `job-${jobId}`,
    ip: null,
    agent: null,
    idempotencyKey: null,
    ...cause,
  }
}

/** A task as graphile-worker runs it: payload checked, time limited, the last failure told in the Action Center. */
export function runnable<N extends TaskName>(
  base: JobBase,
  name: N,
  handlers: Handlers,
  timeoutMs: number = TASKS[name].timeoutMs,
): Task {
  const { payload } = TASKS[name]
  const handler: (ctx: Ctx, payload: never, attempt: Attempt) => Promise<void> = handlers[name]
  return async (raw: unknown, { job }: JobHelpers) => {
    const { data, causeId, depth } = openEnvelope(raw)
    const ctx = jobContext(base, name, String(job.id), { causeId, depth })
    try {
      const parsed = payload.parse(data)
      await withinTime(timeoutMs, (signal) =>
        handler(ctx, parsed as never, { jobId: String(job.id), number: job.attempts, of: job.max_attempts, signal }),
      )
    } catch (thrown) {
      const error = told(thrown)
      ctx.log.warn({ err: error, attempt: job.attempts, of: job.max_attempts }, 'job failed')
      if (job.attempts >= job.max_attempts) await giveUp(ctx, name, job, error)
      throw error
    }
  }
}

/** The queue keeps an error's words and people read them: they are told without what looks like a secret. */
function told(error: unknown): unknown {
  if (!(error instanceof Error)) return withoutSecrets(String(error))
  error.message = withoutSecrets(error.message)
  return error
}

async function giveUp(ctx: Ctx, name: TaskName, job: Job, error: unknown): Promise<void> {
  const failed = { id: String(job.id), task: name, key: job.key, attempts: job.attempts }
  await reportFailure(ctx, failed, error).catch((cause: unknown) =>
    // The sweep for unreported failures makes up for it.
    ctx.log.error({ err: cause }, 'a failed job could not be reported'),
  )
}

/** Aborts and fails after the time; what the handler still does is stopped by the signal or by its statements' own limit. */
async function withinTime(ms: number, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`the job took longer than ${ms / 1_000} s`)
      abort.abort(error)
      reject(error)
    }, ms)
  })
  try {
    await Promise.race([work(abort.signal), late])
  } finally {
    clearTimeout(timer)
  }
}
