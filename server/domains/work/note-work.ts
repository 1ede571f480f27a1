import { insertNote, type NoteOut } from '#server/domains/notes/index.ts'
import type { Tx } from '#server/transact.ts'
import { lockWork } from './lock-work.ts'
import { wakeWork } from './snooze-work.ts'
import type { Kind } from './work-item.ts'

/** Adds a note to an item this actor may see; one that was put aside until there is a note is back. */
export async function addWorkNote(tx: Tx, kind: Kind, { id, body }: { id: string; body: string }): Promise<NoteOut> {
  const row = await lockWork(tx, kind, id)
  const entity = { entityType: kind, entityId: row.id, entityRef: row.ref }
  const note = insertNote(tx, kind, row.id, body)
  tx.audit({ action: `${kind}.note_added`, ...entity, after: { body } })
  tx.event({
    type: `${kind}.updated`,
    ...entity,
    payload: { fields: ['notes'] },
    assigneeId: row.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
  if (row.snooze_event === 'note' || row.snooze_event === 'any') wakeWork(tx, row, `${tx.ctx.actor.name} added a note`)
  return note
}
