import type { Updateable } from 'kysely'
import type { UsersTable } from '#db/tables/index.ts'
import { endAccess } from '#server/auth/end-access.ts'
import { hashPassword } from '#server/auth/passwords.ts'
import { requireFresh } from '#server/auth/require-fresh.ts'
import { differences } from '#server/differences.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { OWNER, requireManageable } from './user.policy.ts'
import { lockUser, requireAnotherOwner, type UserRow } from './user.repository.ts'
import type { UpdateUserInput } from './user.schema.ts'

/**
 * Changes name, password or whether the user may sign in. Disabling and a new password end the user's sessions.
 * Throws `not_found`, `forbidden` for who is beyond the actor's reach, `conflict` for the last owner, `stale_write`,
 * and `reauthenticate` for password and access without a recent sign-in.
 */
export async function updateUser(tx: Tx, input: UpdateUserInput): Promise<void> {
  if (input.password !== undefined || input.disabled !== undefined) requireFresh(tx.ctx)
  const passwordHash = input.password === undefined ? undefined : await hashPassword(input.password)
  const row = await lockUser(tx, input.id)
  await requireManageable(tx, row.roles)
  requireVersion({ ...row, status: statusOf(row) }, input.version, differing(row, input))
  const disables = input.disabled === true && row.disabled_at === null
  const enables = input.disabled === false && row.disabled_at !== null
  if (disables && row.roles.includes(OWNER)) await requireAnotherOwner(tx, row.id)
  const columns: Updateable<UsersTable> = {
    ...(input.name !== undefined && input.name !== row.name ? { name: input.name } : {}),
    ...(disables ? { disabled_at: tx.now } : enables ? { disabled_at: null } : {}),
    ...(passwordHash === undefined ? {} : { password_hash: passwordHash }),
  }
  if (Object.keys(columns).length > 0) save(tx, row, columns)
}

function statusOf(row: UserRow): string {
  return row.disabled_at === null ? 'active' : 'disabled'
}

function differing(row: UserRow, input: UpdateUserInput): Record<string, unknown> {
  const disabled = row.disabled_at !== null
  return {
    ...(input.name !== undefined && input.name !== row.name ? { name: row.name } : {}),
    ...(input.disabled !== undefined && input.disabled !== disabled ? { disabled } : {}),
  }
}

function save(tx: Tx, row: UserRow, columns: Updateable<UsersTable>): void {
  tx.send(
    tx.db
      .updateTable('users')
      .set({ ...columns, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  if (columns.disabled_at || columns.password_hash) endAccess(tx, row.id)
  const { password_hash: password, ...shown } = columns
  const change = differences(row, shown)
  const entity = { entityType: 'user', entityId: row.id }
  tx.audit({
    action: columns.disabled_at ? 'user.disabled' : 'user.updated',
    ...entity,
    before: change.before,
    after: { ...change.after, ...(password === undefined ? {} : { password: 'changed' }) },
  })
  tx.event({ type: 'user.updated', ...entity, payload: { fields: Object.keys(columns) } })
}
