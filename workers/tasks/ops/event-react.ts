import { react } from '#server/domains/automation/index.ts'
import { consumeInOrder } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

export const eventReact: Handler<'event-react'> = async (ctx, { eventId }) => {
  await transact(ctx, (tx) => consumeInOrder(tx, 'event-react', eventId, (event) => react(tx, event)))
}
