import { findNeglected } from '#server/domains/payments/index.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

/** Gives a job to every event and effect that has waited longer than its own job would have taken. */
export const paymentsSweep: Handler<'payments-sweep'> = async (ctx) => {
  const { intents, effects } = await findNeglected(ctx)
  await enqueue(ctx.pool, [
    ...intents.map((intentId) => ({ task: 'payment-apply' as const, payload: { intentId }, key: `intent:${intentId}` })),
  ])
  await enqueue(ctx.pool, [
    ...effects.map((effect) => ({ task: 'effect-run' as const, payload: effect, key: `effect:${effect.kind}:${effect.key}` })),
  ])
  if (intents.length + effects.length > 0)
    ctx.log.info({ intents: intents.length, effects: effects.length }, 'payments looked after that no job had')
}
