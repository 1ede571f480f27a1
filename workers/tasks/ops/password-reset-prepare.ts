import { prepareReset } from '#server/domains/password-resets/index.ts'
import { consumeInOrder } from '#server/outbox/consume.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

export const passwordResetPrepare: Handler<'password-reset-prepare'> = async (ctx, { eventId }) => {
  await transact(ctx, (tx) => consumeInOrder(tx, 'password-reset-prepare', eventId, (event) => prepareReset(tx, event.entity_id)))
}
