import { insertNote, type NoteOut } from '#server/domains/notes/index.ts'
import type { Tx } from '#server/transact.ts'
import { lockClient } from './client.repository.ts'

/** Adds a note to a client. */
export async function addClientNote(tx: Tx, input: { id: string; body: string }): Promise<NoteOut> {
  const row = await lockClient(tx, input.id)
  const entity = { entityType: 'client', entityId: row.id, entityRef: row.ref }
  const note = insertNote(tx, 'client', row.id, input.body)
  tx.audit({ action: 'client.note_added', ...entity, after: { body: input.body } })
  tx.event({ type: 'client.updated', ...entity, payload: { fields: ['notes'] } })
  return note
}
