import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

/** Ends a key at once and for good. Throws `not_found`, `conflict` when it is revoked already. */
export async function revokeApiKey(tx: Tx, id: string): Promise<void> {
  const [row] = await tx.run(
    tx.db.selectFrom('api_keys').select(['prefix', 'name', 'revoked_at']).where('id', '=', id).forUpdate(),
  )
  if (!row) throw notFound('API key')
  if (row.revoked_at) throw new AppError('conflict', 'This key is already revoked.')
  tx.send(tx.db.updateTable('api_keys').set({ revoked_at: tx.now }).where('id', '=', id))
  tx.audit({ action: 'api_key.revoked', entityType: 'api_key', entityId: id, entityRef: row.prefix, after: { name: row.name } })
}
