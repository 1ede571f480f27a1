import { insertNote, type NoteOut } from '#server/domains/notes/index.ts'
import type { Tx } from '#server/transact.ts'
import { lockTask } from './task.repository.ts'

/** Adds a note to a task this actor may see. */
export async function addTaskNote(tx: Tx, input: { id: string; body: string }): Promise<NoteOut> {
  const row = await lockTask(tx, input.id)
  const entity = { entityType: 'task', entityId: row.id, entityRef: row.ref }
  const note = insertNote(tx, 'task', row.id, input.body)
  tx.audit({ action: 'task.note_added', ...entity, after: { body: input.body } })
  tx.event({
    type: 'task.updated',
    ...entity,
    payload: { fields: ['notes'] },
    assigneeId: row.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
  return note
}
