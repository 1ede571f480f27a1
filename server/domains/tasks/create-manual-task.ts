import { requireAssignable, requireMayAssign } from '#server/auth/assignment.ts'
import { requireVisibleEntity } from '#server/auth/visible-entity.ts'
import type { Tx } from '#server/transact.ts'
import { createTask } from './create-task.ts'
import type { CreateTaskInput } from './task.schema.ts'

/** A task a person makes: about something they may see, for themselves or for who they may assign to. */
export async function createManualTask(tx: Tx, input: CreateTaskInput): Promise<{ id: string; ref: string }> {
  const { entityType, entityId, assigneeId, ...task } = input
  const about = entityType && entityId ? await requireVisibleEntity(tx, entityType, entityId) : undefined
  if (assigneeId !== undefined) {
    await requireMayAssign(tx, 'tasks.assign', null, assigneeId)
    if (assigneeId !== tx.ctx.actor.id) await requireAssignable(tx.db, assigneeId, 'tasks.read', 'assigneeId')
  }
  return createTask(tx, { ...task, assigneeId, entityType, entityId, entityRef: about?.ref, clientId: about?.clientId })
}
