import { applyEvents } from '#server/domains/payments/index.ts'
import type { Handler } from '#workers/task.ts'

/** Exactly once: what was done is marked in the same transaction as the doing. */
export const paymentApply: Handler<'payment-apply'> = async (ctx, { intentId }) => {
  await applyEvents(ctx, intentId)
}
