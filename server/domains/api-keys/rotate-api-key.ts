import { newSecret } from '#server/auth/api-keys.ts'
import { isPermission } from '#server/auth/permissions.ts'
import { AppError } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { readApiKey } from './api-key.queries.ts'
import { lockKey, requireGivable } from './api-key.repository.ts'
import type { RotateApiKeyInput } from './api-key.schema.ts'

/**
 * Gives a key a new secret, told this once. The old one works beside it for `overlapHours`, one before that no more. Who
 * rotates answers for the key from now on, and so must have what it may do. Throws `not_found`, `forbidden`, `conflict`
 * when it is revoked or has expired.
 */
export async function rotateApiKey(ctx: CallCtx, { id, overlapHours }: RotateApiKeyInput) {
  return transact(ctx, async (tx) => {
    const row = await lockKey(tx, id)
    if (row.expires_at && row.expires_at <= tx.now) throw new AppError('conflict', 'This key has expired. Make a new one.')
    requireGivable(ctx, row.permissions.filter(isPermission))
    const { key, secretHash } = newSecret(row.prefix)
    const until = overlapHours === 0 ? null : new Date(tx.now.getTime() + overlapHours * 3_600_000)
    tx.send(
      tx.db
        .updateTable('api_keys')
        .set({
          secret_hash: secretHash,
          previous_secret_hash: until && row.secret_hash,
          previous_valid_until: until,
          rotated_at: tx.now,
          responsible_id: ctx.actor.id,
        })
        .where('id', '=', id),
    )
    tx.audit({
      action: 'api_key.rotated',
      entityType: 'api_key',
      entityId: id,
      entityRef: row.prefix,
      before: { responsible: row.responsible_id },
      after: { responsible: ctx.actor.id, overlapHours },
    })
    return { ...(await readApiKey(ctx, tx.db, id)), key }
  })
}
