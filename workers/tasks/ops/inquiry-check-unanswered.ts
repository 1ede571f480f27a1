import { checkUnanswered } from '#server/domains/automation/index.ts'
import { transact } from '#server/transact.ts'
import type { Handler } from '#workers/task.ts'

export const inquiryCheckUnanswered: Handler<'inquiry-check-unanswered'> = async (ctx, { inquiryId }) => {
  await transact(ctx, (tx) => checkUnanswered(tx, inquiryId))
}
