import { newApiKey } from '#server/auth/api-keys.ts'
import { invalid } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { readApiKey } from './api-key.queries.ts'
import { requireGivable } from './api-key.repository.ts'
import type { CreateApiKeyInput } from './api-key.schema.ts'

/**
 * Makes a key and tells it this once; only its hash is stored. It may do no more than its maker, or what a partner may,
 * and its maker answers for it. No Idempotency-Key is kept for it: a stored answer would store the key.
 */
export async function createApiKey(ctx: CallCtx, input: CreateApiKeyInput) {
  requireGivable(ctx, input.permissions)
  if (input.expiresAt && input.expiresAt <= ctx.clock.now()) throw invalid('expiresAt', 'must be in the future')
  const { key, prefix, secretHash } = newApiKey()
  const { name, permissions, expiresAt = null, requestsPerMinute = null, allowedAddresses } = input
  const maker = ctx.actor.kind === 'user' ? ctx.actor.id : null
  return transact(ctx, async (tx) => {
    const id = ctx.ids.next()
    tx.send(
      tx.db.insertInto('api_keys').values({
        id,
        name,
        prefix,
        secret_hash: secretHash,
        permissions,
        expires_at: expiresAt,
        requests_per_minute: requestsPerMinute,
        allowed_addresses: allowedAddresses,
        created_by: maker,
        responsible_id: maker,
        created_at: tx.now,
      }),
    )
    tx.audit({
      action: 'api_key.created',
      entityType: 'api_key',
      entityId: id,
      entityRef: prefix,
      after: { name, permissions, expiresAt, requestsPerMinute, allowedAddresses },
    })
    return { ...(await readApiKey(ctx, tx.db, id)), key }
  })
}
