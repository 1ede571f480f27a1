import type { Selectable } from 'kysely'
import type { ClientsTable } from '#db/tables/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { readableClients } from './client.policy.ts'

export const CLIENT_COLUMNS = [
  'c.id',
  'c.ref',
  'c.name',
  'c.email',
  'c.phone',
  'c.preferred_channel',
  'c.tags',
  'c.notes',
  'c.merged_into_id',
  'c.erased_at',
  'c.version',
  'c.created_at',
  'c.updated_at',
] as const

export type ClientRow = Pick<
  Selectable<ClientsTable>,
  | 'id'
  | 'ref'
  | 'name'
  | 'email'
  | 'phone'
  | 'preferred_channel'
  | 'tags'
  | 'notes'
  | 'merged_into_id'
  | 'erased_at'
  | 'version'
  | 'created_at'
  | 'updated_at'
>

/** Locks these clients in the order of their ids, so that two merges never wait in a circle. Throws `not_found`. */
export async function lockClients(tx: Tx, ids: readonly string[]): Promise<Map<string, ClientRow>> {
  const rows = await tx.run(
    tx.db
      .selectFrom('clients as c')
      .select(CLIENT_COLUMNS)
      .where('c.id', 'in', ids)
      .where(readableClients(tx.ctx))
      .orderBy('c.id')
      .forUpdate('c'),
  )
  const byId = new Map<string, ClientRow>(rows.map((row) => [row.id, row]))
  if (ids.some((id) => !byId.has(id))) throw notFound('client')
  return byId
}

/** Throws `conflict` when the client was erased: a pseudonym is nobody to edit. */
export function requireUnerased(row: Pick<ClientRow, 'ref' | 'erased_at'>): void {
  if (row.erased_at) throw new AppError('conflict', `${row.ref} was erased. Nothing can be changed there any more.`)
}

/** Locks a client that stands for itself; throws `not_found`, or `conflict` when it was erased or merged into another. */
export async function lockClient(tx: Tx, id: string): Promise<ClientRow> {
  const row = (await lockClients(tx, [id])).get(id)
  if (!row) throw notFound('client')
  requireUnerased(row)
  if (row.merged_into_id) throw new AppError('conflict', 'This client was merged into another. Edit that one, or undo the merge.')
  return row
}
