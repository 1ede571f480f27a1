import { type Permission, SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { type Actor, may } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export const OWNER = 'OWNER'
/** Whom a manager may invite, edit and disable. Source: the roles table of the product description. */
const MANAGED_ROLES: readonly string[] = ['OPERATOR', 'CONTENT_MANAGER', 'READ_ONLY']
const PASSED_ON: ReadonlySet<Permission> = new Set(
  SYSTEM_ROLES.filter((role) => MANAGED_ROLES.includes(role.code)).flatMap((role) => role.permissions),
)

/**
 * Whether this actor may put this permission into a role, and through one into other hands: only what they hold
 * themselves, and without `users.grant_any` only what the roles a manager manages are made of.
 */
export function maySpread(actor: Actor, permission: Permission): boolean {
  if (actor.kind === 'system') return true
  return actor.permissions.has(permission) && (actor.permissions.has('users.grant_any') || PASSED_ON.has(permission))
}

/**
 * Throws `forbidden` unless this actor may manage someone with exactly these roles, before and after the change. Of system
 * roles a manager manages three; of the agency's own those that hold nothing the manager may not spread.
 */
export async function requireManageable(tx: Tx, ...roleSets: (readonly string[])[]): Promise<void> {
  if (may(tx.ctx, 'users.grant_any')) return
  const roles = [...new Set(roleSets.flat())]
  if (roles.length === 0) return
  const rows = await tx.run(
    tx.db
      .selectFrom('roles as r')
      .leftJoin('role_permissions as p', 'p.role_code', 'r.code')
      .select(['r.code', 'r.is_system', 'p.permission_code'])
      .where('r.code', 'in', roles),
  )
  const beyond = roles.find((role) => {
    const held = rows.filter((row) => row.code === role)
    if (held.length === 0 || (held[0]?.is_system && !MANAGED_ROLES.includes(role))) return true
    return held.some((row) => row.permission_code !== null && !maySpread(tx.ctx.actor, row.permission_code as Permission))
  })
  if (beyond !== undefined) {
    throw new AppError(
      'forbidden',
      `Your role may manage operators, content managers, read-only users, and who has a role made of what these may. ${beyond} is not among them.`,
    )
  }
}
