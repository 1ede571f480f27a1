import { requireAssignable, requireMayAssign, takenBy } from '#server/auth/assignment.ts'
import { AppError } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { findFreshTaker, lockTask, type TaskRow } from './task.repository.ts'
import type { AssignTaskInput } from './task.schema.ts'

/**
 * Gives a task to someone, or to nobody. Oneself by `tasks.write`, others by `tasks.assign`. Of two who claim at once
 * one gets it; the other is told who has it (`conflict`).
 */
export async function assignTask(tx: Tx, input: AssignTaskInput): Promise<void> {
  const { actor } = tx.ctx
  const row = await lockOrSayWho(tx, input)
  if (row.assignee_id === input.userId) return
  requireVersion(row, input.version, { assigneeId: row.assignee_id })
  if (row.completed_at)
    throw new AppError('conflict', `This task is ${row.status.replaceAll('_', ' ')}; there is nothing to assign.`)
  await requireMayAssign(tx, 'tasks.assign', row.assignee_id, input.userId)
  if (input.userId !== null && input.userId !== actor.id) await requireAssignable(tx.db, input.userId, 'tasks.read')
  saveAssignee(tx, row, input.userId)
}

async function lockOrSayWho(tx: Tx, input: AssignTaskInput): Promise<TaskRow> {
  try {
    return await lockTask(tx, input.id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found' || input.userId !== tx.ctx.actor.id) throw error
    const taker = await findFreshTaker(tx, input.id)
    throw taker ? takenBy(taker) : error
  }
}

function saveAssignee(tx: Tx, row: TaskRow, userId: string | null): void {
  const entity = { entityType: 'task', entityId: row.id, entityRef: row.ref }
  tx.send(
    tx.db
      .updateTable('tasks')
      .set({ assignee_id: userId, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.audit({ action: 'task.assigned', ...entity, before: { assignee_id: row.assignee_id }, after: { assignee_id: userId } })
  tx.event({
    type: 'task.updated',
    ...entity,
    payload: { fields: ['assigneeId'] },
    assigneeId: userId,
    previousAssigneeId: row.assignee_id,
  })
}
