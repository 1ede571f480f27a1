import { checkAfter } from '#server/domains/mismatches/index.ts'
import { consumeInOrder } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

export const mismatchCheck: Handler<'mismatch-check'> = async (ctx, { eventId }) => {
  let everything = false
  await transact(ctx, (tx) =>
    consumeInOrder(tx, 'mismatch-check', eventId, async (event) => {
      everything = (await checkAfter(tx, event)) || everything
    }),
  )
  if (everything) await enqueue(ctx.pool, [{ task: 'mismatches-sweep', payload: {}, key: 'mismatches-sweep' }])
}
