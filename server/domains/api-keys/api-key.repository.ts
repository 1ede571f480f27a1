import type { Selectable } from 'kysely'
import type { ApiKeysTable } from '#db/tables/index.ts'
import { PARTNER_PERMISSIONS } from '#server/auth/api-keys.ts'
import type { Permission } from '#server/auth/permissions.ts'
import { type Ctx, may } from '#server/context.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

/** Locks a key that still may be used one day. Throws `not_found`, `conflict` when it is revoked already. */
export async function lockKey(tx: Tx, id: string): Promise<Selectable<ApiKeysTable>> {
  const [row] = await tx.run(tx.db.selectFrom('api_keys').selectAll().where('id', '=', id).forUpdate())
  if (!row) throw notFound('API key')
  if (row.revoked_at) throw new AppError('conflict', 'This key is already revoked.')
  return row
}

/** Throws `forbidden` when a key would be given what its person lacks; what a partner may, anyone may give. */
export function requireGivable(ctx: Pick<Ctx, 'actor'>, permissions: readonly Permission[]): void {
  const beyond = permissions.find((permission) => !may(ctx, permission) && !PARTNER_PERMISSIONS.includes(permission))
  if (beyond) throw new AppError('forbidden', `A key can not be given what you do not have yourself: ${beyond}.`)
}
