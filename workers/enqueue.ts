import type pg from 'pg'
import { TASKS, type TaskName, type TaskPayload } from './catalogue.ts'

/** What a job carries besides its payload: the event it follows from and how many events led to it. */
export interface Cause {
  causeId: string | null
  depth: number
}
export interface Envelope extends Cause {
  data: unknown
}

export interface JobSpec<N extends TaskName = TaskName> {
  task: N
  payload: TaskPayload<N>
  /** A job of this key that has not started is replaced. */
  key?: string
  /** Now unless given. */
  runAt?: Date
  cause?: Cause
}

export type Queryable = Pick<pg.Pool | pg.PoolClient, 'query'>

const ADD_JOBS = {
  name: 'virel_add_jobs',
  text: `select count(*) as added from graphile_worker.add_jobs(array(
    select row(j.identifier, j.payload, null, j.run_at, j.max_attempts, j.job_key, null, null)::graphile_worker.job_spec
    from jsonb_to_recordset($1::jsonb) as j(identifier text, payload json, run_at timestamptz, max_attempts smallint, job_key text)
  ), false)`,
}

/**
 * The one way a job is added: many in one call. Operations don't call it (they write events, which the relay turns
 * into jobs; CONCURRENCY 7); the relay, tasks and admin actions do. Keys must differ within one call.
 */
export async function enqueue(on: Queryable, specs: readonly JobSpec[]): Promise<void> {
  if (specs.length === 0) return
  const rows = specs.map((spec) => {
    const { payload, maxAttempts } = TASKS[spec.task]
    const envelope: Envelope = {
      data: payload.parse(spec.payload),
      causeId: spec.cause?.causeId ?? null,
      depth: spec.cause?.depth ?? 0,
    }
    return {
      identifier: spec.task,
      payload: envelope,
      run_at: spec.runAt ?? null,
      max_attempts: maxAttempts,
      job_key: spec.key ?? null,
    }
  })
  await on.query({ ...ADD_JOBS, values: [JSON.stringify(rows)] })
}

/** Removes jobs by key; one that is running finishes but is not tried again. */
export async function removeJobs(on: Queryable, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await on.query({
    name: 'virel_remove_jobs',
    text: 'select graphile_worker.remove_job(key) from unnest($1::text[]) as key',
    values: [[...keys]],
  })
}

/** Reads a job's payload; scheduled jobs have no envelope. */
export function openEnvelope(raw: unknown): Envelope {
  if (typeof raw === 'object' && raw !== null && 'data' in raw) {
    const { data, causeId, depth } = raw as Partial<Envelope>
    return { data, causeId: typeof causeId === 'string' ? causeId : null, depth: typeof depth === 'number' ? depth : 0 }
  }
  return { data: raw ?? {}, causeId: null, depth: 0 }
}
