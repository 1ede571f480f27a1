import type { Db } from '#db/client.ts'
import type { NotesTable } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'
import type { NoteOut } from './note.schema.ts'

export type NotedEntity = NotesTable['entity_type']

/** Writes a note on an entity the caller has already looked up under its policy. */
export function insertNote(tx: Tx, entityType: NotedEntity, entityId: string, body: string): NoteOut {
  const { actor } = tx.ctx
  const note = { id: tx.ctx.ids.next(), body, created_at: tx.now }
  const by = actor.kind === 'user' && actor.id ? { id: actor.id, name: actor.name } : null
  tx.send(tx.db.insertInto('notes').values({ ...note, entity_type: entityType, entity_id: entityId, created_by: by?.id ?? null }))
  return { id: note.id, body, by, createdAt: note.created_at }
}

/** The last 100 notes of an entity, or of several that are shown as one, newest first. */
export async function listNotes(db: Db, entityType: NotedEntity, ...entityIds: string[]): Promise<NoteOut[]> {
  const rows = await db
    .selectFrom('notes as n')
    .leftJoin('users as u', 'u.id', 'n.created_by')
    .select(['n.id', 'n.body', 'n.created_at', 'u.id as user_id', 'u.name as user_name'])
    .where('n.entity_type', '=', entityType)
    .where('n.entity_id', 'in', entityIds)
    .where('n.deleted_at', 'is', null)
    .orderBy('n.created_at', 'desc')
    .orderBy('n.id', 'desc')
    .limit(100)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    body: row.body,
    by: row.user_id && row.user_name ? { id: row.user_id, name: row.user_name } : null,
    createdAt: row.created_at,
  }))
}
