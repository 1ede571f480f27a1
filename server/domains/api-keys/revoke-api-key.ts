import type { Tx } from '#server/transact.ts'
import { lockKey } from './api-key.repository.ts'

/** Ends a key at once and for good, an overlapping secret too. Throws `not_found`, `conflict` when it is revoked already. */
export async function revokeApiKey(tx: Tx, id: string): Promise<void> {
  const row = await lockKey(tx, id)
  const revokedBy = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  tx.send(tx.db.updateTable('api_keys').set({ revoked_at: tx.now, revoked_by: revokedBy }).where('id', '=', id))
  const change = { before: { revoked_at: null }, after: { revoked_at: tx.now, name: row.name } }
  tx.audit({ action: 'api_key.revoked', entityType: 'api_key', entityId: id, entityRef: row.prefix, ...change })
}
