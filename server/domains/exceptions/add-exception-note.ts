import { insertNote, type NoteOut } from '#server/domains/notes/index.ts'
import type { Tx } from '#server/transact.ts'
import { lockException } from './exception.repository.ts'

/** Adds a note to an exception this actor may see. */
export async function addExceptionNote(tx: Tx, input: { id: string; body: string }): Promise<NoteOut> {
  const row = await lockException(tx, input.id)
  const entity = { entityType: 'exception', entityId: row.id, entityRef: row.ref }
  const note = insertNote(tx, 'exception', row.id, input.body)
  tx.audit({ action: 'exception.note_added', ...entity, after: { body: input.body } })
  tx.event({
    type: 'exception.updated',
    ...entity,
    payload: { fields: ['notes'] },
    assigneeId: row.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
  return note
}
