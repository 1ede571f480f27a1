import { sql } from 'kysely'
import { PERMISSIONS, type Permission } from '#server/auth/permissions.ts'
import { maySpread } from '#server/domains/users/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export interface RoleRow {
  code: string
  name: string
  description: string
  version: number
  permissions: Permission[]
}

/**
 * Locks a role of the agency’s own that this actor may change. Throws `not_found`, `conflict` for a role of the product,
 * `forbidden` when it holds what they may not pass on.
 */
export async function lockOwnRole(tx: Tx, code: string): Promise<RoleRow> {
  tx.send(tx.db.selectFrom('roles').select('code').where('code', '=', code).forUpdate())
  const [row] = await tx.run(
    tx.db
      .selectFrom('roles as r')
      .select(['r.code', 'r.name', 'r.description', 'r.version', 'r.is_system'])
      .select(
        sql<Permission[]>`coalesce((select array_agg(permission_code order by permission_code)
          from role_permissions where role_code = r.code), '{}')`.as('permissions'),
      )
      .where('r.code', '=', code),
  )
  if (!row) throw notFound('role')
  if (row.is_system) {
    throw new AppError('conflict', `${row.name} is part of the product and stays as it is. Copy it to make a role of your own.`)
  }
  requireSpreadable(tx, row.permissions)
  return row
}

/** Throws `forbidden` when this actor may not put one of these into a role. */
export function requireSpreadable(tx: Tx, permissions: readonly Permission[]): void {
  const beyond = permissions.find((permission) => !maySpread(tx.ctx.actor, permission))
  if (beyond !== undefined) {
    throw new AppError('forbidden', `“${PERMISSIONS[beyond]}” is not yours to give: ask the owner.`)
  }
}

/** Replaces what is in a role. */
export function writePermissions(tx: Tx, code: string, permissions: readonly Permission[]): void {
  tx.send(tx.db.deleteFrom('role_permissions').where('role_code', '=', code))
  if (permissions.length === 0) return
  const rows = permissions.map((permission_code) => ({ role_code: code, permission_code }))
  tx.send(tx.db.insertInto('role_permissions').values(rows))
}
