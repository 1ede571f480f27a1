import { checkPending } from '#server/domains/automation/index.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

export const bookingCheckPending: Handler<'booking-check-pending'> = async (ctx, { bookingId }) => {
  await transact(ctx, (tx) => checkPending(tx, bookingId))
}
