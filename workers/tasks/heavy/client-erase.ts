import { runErasure } from '#server/domains/erasures/index.ts'
import type { Handler } from '#workers/task.ts'

/** Carries an erasure to its end, from where an earlier attempt was stopped. */
export const clientErase: Handler<'client-erase'> = (ctx, { clientId }, { signal }) => runErasure(ctx, clientId, signal)
