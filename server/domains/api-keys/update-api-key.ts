import type { Tx } from '#server/transact.ts'
import { lockKey } from './api-key.repository.ts'
import type { UpdateApiKeyInput } from './api-key.schema.ts'

/** Renames a key or changes its limit and addresses; what it may do stays. Throws `not_found`, `conflict` when revoked. */
export async function updateApiKey(tx: Tx, { id, ...wanted }: UpdateApiKeyInput): Promise<void> {
  const row = await lockKey(tx, id)
  const before = { name: row.name, requestsPerMinute: row.requests_per_minute, allowedAddresses: row.allowed_addresses }
  const after = {
    name: wanted.name ?? before.name,
    requestsPerMinute: wanted.requestsPerMinute === undefined ? before.requestsPerMinute : wanted.requestsPerMinute,
    allowedAddresses: wanted.allowedAddresses ?? before.allowedAddresses,
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return
  tx.send(
    tx.db
      .updateTable('api_keys')
      .set({
        name: after.name,
        requests_per_minute: after.requestsPerMinute,
        allowed_addresses: after.allowedAddresses,
      })
      .where('id', '=', id),
  )
  tx.audit({ action: 'api_key.updated', entityType: 'api_key', entityId: id, entityRef: row.prefix, before, after })
}
