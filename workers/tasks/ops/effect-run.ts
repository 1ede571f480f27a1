import { runEffect } from '#server/domains/payments/index.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

/** One try; the next one is a job of its own, when it is due. */
export const effectRun: Handler<'effect-run'> = async (ctx, { kind, key }, { signal }) => {
  const outcome = await runEffect(ctx, kind, key, signal)
  if (outcome.done || outcome.again === null) return
  const cause = { causeId: ctx.causeId, depth: ctx.depth }
  await enqueue(ctx.pool, [
    { task: 'effect-run', payload: { kind, key }, key: `effect:${kind}:${key}`, runAt: outcome.again, cause },
  ])
}
