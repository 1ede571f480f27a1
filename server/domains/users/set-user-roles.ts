import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { OWNER, requireManageable } from './user.policy.ts'
import { grantRoles, lockUser, requireAnotherOwner, requireRoles } from './user.repository.ts'

/**
 * Replaces a user's roles and ends their sessions. Throws `forbidden` when the roles before or after are beyond the
 * actor's reach, `conflict` when it would take the last owner away, `invalid` for an unknown role.
 */
export async function setUserRoles(tx: Tx, input: { id: string; version?: number; roles: string[] }): Promise<void> {
  const row = await lockUser(tx, input.id)
  await requireManageable(tx, row.roles, input.roles)
  requireVersion({ ...row, status: '' }, input.version, { roles: row.roles })
  await requireRoles(tx, input.roles)
  const lost = row.roles.filter((role) => !input.roles.includes(role))
  const gained = input.roles.filter((role) => !row.roles.includes(role))
  if (lost.length === 0 && gained.length === 0) return
  if (lost.includes(OWNER)) await requireAnotherOwner(tx, row.id)
  if (lost.length > 0) tx.send(tx.db.deleteFrom('user_roles').where('user_id', '=', row.id).where('role_code', 'in', lost))
  grantRoles(tx, row.id, gained)
  tx.send(
    tx.db
      .updateTable('users')
      .set({ version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.send(tx.db.deleteFrom('sessions').where('user_id', '=', row.id))
  const entity = { entityType: 'user', entityId: row.id }
  tx.audit({ action: 'user.roles_changed', ...entity, before: { roles: row.roles }, after: { roles: input.roles } })
  tx.event({ type: 'user.updated', ...entity, payload: { fields: ['roles'] } })
}
