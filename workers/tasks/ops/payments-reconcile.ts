import { hourlyWindow, insertRun, reconcile } from '#server/domains/payments/index.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

/** The run somebody asked for, or the hour's own. */
export const paymentsReconcile: Handler<'payments-reconcile'> = async (ctx, { runId }) => {
  if (!ctx.provider) return
  const id = runId ?? (await transact(ctx, async (tx) => insertRun(tx, hourlyWindow(tx.now))))
  const { compared, differences } = await reconcile(ctx, id)
  ctx.log.info({ compared, differences }, 'payments compared with the provider')
}
