import { newApiKey, PARTNER_PERMISSIONS } from '#server/auth/api-keys.ts'
import { may } from '#server/context.ts'
import { AppError, invalid } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { readApiKey } from './api-key.queries.ts'
import type { CreateApiKeyInput } from './api-key.schema.ts'

/**
 * Makes a key and tells it this once; only its hash is stored. It may do no more than its maker, or what a partner may.
 * No Idempotency-Key is kept for it: a stored answer would store the key.
 */
export async function createApiKey(ctx: CallCtx, input: CreateApiKeyInput) {
  const beyond = input.permissions.find((permission) => !may(ctx, permission) && !PARTNER_PERMISSIONS.includes(permission))
  if (beyond) throw new AppError('forbidden', `A key can not be given what you do not have yourself: ${beyond}.`)
  if (input.expiresAt && input.expiresAt <= ctx.clock.now()) throw invalid('expiresAt', 'must be in the future')
  const { key, prefix, secretHash } = newApiKey()
  return transact(ctx, async (tx) => {
    const id = ctx.ids.next()
    tx.send(
      tx.db.insertInto('api_keys').values({
        id,
        name: input.name,
        prefix,
        secret_hash: secretHash,
        permissions: input.permissions,
        expires_at: input.expiresAt ?? null,
        created_by: ctx.actor.kind === 'user' ? ctx.actor.id : null,
        responsible_id: ctx.actor.kind === 'user' ? ctx.actor.id : null,
        created_at: tx.now,
      }),
    )
    tx.audit({
      action: 'api_key.created',
      entityType: 'api_key',
      entityId: id,
      entityRef: prefix,
      after: { name: input.name, permissions: input.permissions, expires_at: input.expiresAt ?? null },
    })
    return { ...(await readApiKey(ctx, tx.db, id)), key }
  })
}
