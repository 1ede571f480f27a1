import { findDueWork, foldCounts, tickWork } from '#server/domains/work/index.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

const BATCH = 500

/** Does what timers missed, each item under its own lock, and folds the counters. */
export const workSweep: Handler<'work-sweep'> = async (ctx, _payload, { signal }) => {
  for (let folded = 1; folded > 0 && !signal.aborted; ) folded = await transact(ctx, foldCounts)
  for (let full = true; full && !signal.aborted; ) {
    const due = await transact(ctx, (tx) => findDueWork(tx, BATCH))
    let failed = 0
    for (const { kind, id } of due) {
      if (signal.aborted) return
      try {
        await transact(ctx, (tx) => tickWork(tx, kind, id))
      } catch (error) {
        failed += 1
        ctx.log.error({ err: error, kind, id }, 'the clock of an item could not be served')
      }
    }
    if (due.length > 0) ctx.log.info({ due: due.length, failed }, 'items served that no timer had')
    // One that can't be served would be met again and again.
    full = due.length === BATCH && failed === 0
  }
}
