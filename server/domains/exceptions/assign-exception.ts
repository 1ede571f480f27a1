import { requireAssignable, requireMayAssign, takenBy } from '#server/auth/assignment.ts'
import { AppError } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type ExceptionRow, findFreshTaker, lockException } from './exception.repository.ts'
import type { AssignExceptionInput } from './exception.schema.ts'

/**
 * Gives an exception to someone, or to nobody. Oneself by `exceptions.write`, others by `tasks.assign`. Of two who
 * claim at once one gets it; the other is told who has it (`conflict`).
 */
export async function assignException(tx: Tx, input: AssignExceptionInput): Promise<void> {
  const row = await lockOrSayWho(tx, input)
  if (row.assignee_id === input.userId) return
  requireVersion(row, input.version, { assigneeId: row.assignee_id })
  if (row.closed_at) throw new AppError('conflict', `This exception is ${row.status}; there is nothing to assign.`)
  await requireMayAssign(tx, 'tasks.assign', row.assignee_id, input.userId)
  if (input.userId !== null && input.userId !== tx.ctx.actor.id) await requireAssignable(tx.db, input.userId, 'exceptions.read')
  saveAssignee(tx, row, input.userId)
}

async function lockOrSayWho(tx: Tx, input: AssignExceptionInput): Promise<ExceptionRow> {
  try {
    return await lockException(tx, input.id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found' || input.userId !== tx.ctx.actor.id) throw error
    const taker = await findFreshTaker(tx, input.id)
    throw taker ? takenBy(taker) : error
  }
}

function saveAssignee(tx: Tx, row: ExceptionRow, userId: string | null): void {
  const entity = { entityType: 'exception', entityId: row.id, entityRef: row.ref }
  tx.send(
    tx.db
      .updateTable('exceptions')
      .set({ assignee_id: userId, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.audit({ action: 'exception.assigned', ...entity, before: { assignee_id: row.assignee_id }, after: { assignee_id: userId } })
  tx.event({
    type: 'exception.updated',
    ...entity,
    payload: { fields: ['assigneeId'] },
    assigneeId: userId,
    previousAssigneeId: row.assignee_id,
  })
}
