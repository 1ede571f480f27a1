import { tickWork } from '#server/domains/work/index.ts'
import { transact } from '#server/transact.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

/** The timer of an item. When it comes too early (a claim was kept alive, this machine's clock is behind) it sets itself again. */
export const workClock: Handler<'work-clock'> = async (ctx, { kind, id }) => {
  const next = await transact(ctx, (tx) => tickWork(tx, kind, id))
  if (next === null) return
  const runAt = new Date(Math.max(next.getTime(), ctx.clock.now().getTime() + 250))
  const cause = { causeId: ctx.causeId, depth: ctx.depth }
  await enqueue(ctx.pool, [{ task: 'work-clock', payload: { kind, id }, key: `${kind}:${id}:clock`, runAt, cause }])
}
