import { createSessions, hashOf } from '#server/auth/sessions.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { OWNER, requireManageable } from './user.policy.ts'
import { grantRoles, lockUser, requireAnotherOwner, requireRoles } from './user.repository.ts'

/**
 * Replaces a user's roles and ends their sessions. Who changes their own roles goes on in the session they do it in, under a
 * new id (a session never carries more than its sign-in was for under the same one); their others end. Throws `forbidden`
 * when the roles before or after are beyond the actor's reach, `conflict` when it would take the last owner away, `invalid`
 * for an unknown role.
 */
export async function setUserRoles(
  tx: Tx,
  input: { id: string; version?: number; roles: string[] },
  ctx: Pick<CallCtx, 'token' | 'answer'>,
): Promise<void> {
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
  await endSessionsForRoles(tx, [row.id], ctx)
  const entity = { entityType: 'user', entityId: row.id }
  tx.audit({ action: 'user.roles_changed', ...entity, before: { roles: row.roles }, after: { roles: input.roles } })
  tx.event({ type: 'user.updated', ...entity, payload: { fields: ['roles'] } })
}

/**
 * The sessions of people whose permissions have just changed end; who did it themselves goes on in theirs, under a new id.
 */
export async function endSessionsForRoles(
  tx: Tx,
  userIds: readonly string[],
  { token, answer }: Pick<CallCtx, 'token' | 'answer'>,
): Promise<void> {
  if (userIds.length === 0) return
  const own = tx.ctx.actor.id !== null && userIds.includes(tx.ctx.actor.id) && token !== null ? token : undefined
  tx.send(
    tx.db
      .deleteFrom('sessions')
      .where('user_id', 'in', userIds)
      .where('id', '<>', own === undefined ? '' : hashOf(own)),
  )
  const next = own === undefined ? undefined : await createSessions(tx.db, tx.ctx.clock).renew(own)
  if (next !== undefined) answer.cookies = { ...answer.cookies, session: next }
}
