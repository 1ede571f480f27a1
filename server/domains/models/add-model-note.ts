import { insertNote, type NoteOut } from '#server/domains/notes/index.ts'
import type { Tx } from '#server/transact.ts'
import { requireInternal } from './model.policy.ts'
import { lockModel } from './model.repository.ts'

/** Adds an internal note to a model. Throws `forbidden` for who may not see such notes. */
export async function addModelNote(tx: Tx, input: { id: string; body: string }): Promise<NoteOut> {
  requireInternal(tx.ctx)
  const row = await lockModel(tx, input.id)
  const entity = { entityType: 'model', entityId: row.id, entityRef: row.public_code }
  const note = insertNote(tx, 'model', row.id, input.body)
  tx.audit({ action: 'model.note_added', ...entity, after: { body: input.body } })
  tx.event({ type: 'model.updated', ...entity, payload: { fields: ['notes'] } })
  return note
}
