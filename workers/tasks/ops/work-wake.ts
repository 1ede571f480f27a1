import { wakeByEvent } from '#server/domains/work/index.ts'
import { consumeInOrder } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

export const workWake: Handler<'work-wake'> = async (ctx, { eventId }) => {
  await transact(ctx, (tx) =>
    consumeInOrder(tx, 'work-wake', eventId, async (event) => {
      await wakeByEvent(tx, event)
    }),
  )
}
