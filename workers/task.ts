import type { Ctx } from '#server/context.ts'
import type { TaskName, TaskPayload } from './catalogue.ts'

export interface Attempt {
  jobId: string
  number: number
  of: number
  /** Aborted when the time is up. */
  signal: AbortSignal
}

/** Does one job. May run again after it succeeded (a killed process forgets to say so): it must not matter. */
export type Handler<N extends TaskName> = (ctx: Ctx, payload: TaskPayload<N>, attempt: Attempt) => Promise<void>

export type Handlers = { readonly [N in TaskName]: Handler<N> }
