import { type Selectable, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { UsersTable } from '#db/tables/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { OWNER } from './user.policy.ts'

export type UserRow = Omit<Selectable<UsersTable>, 'password_hash' | 'created_by'> & { roles: string[]; second_factor: boolean }

/** Users (alias `u`) with the codes of their roles, without their password hash. */
export function selectUsers(db: Db) {
  return db
    .selectFrom('users as u')
    .select(['u.id', 'u.email', 'u.name', 'u.disabled_at', 'u.last_sign_in_at', 'u.version', 'u.created_at', 'u.updated_at'])
    .select(
      sql<
        string[]
      >`coalesce((select array_agg(ur.role_code order by ur.role_code) from user_roles ur where ur.user_id = u.id), '{}')`.as(
        'roles',
      ),
    )
    .select(hasSecondFactor().as('second_factor'))
}

/** Whether this user (alias `u`) has an authenticator app or a passkey. */
export function hasSecondFactor() {
  return sql<boolean>`(exists (select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null)
    or exists (select 1 from passkeys p where p.user_id = u.id))`
}

/**
 * Locks a user; throws `not_found`. The role of the owner is locked first, so that two changes which might each take the
 * last owner away happen one after the other.
 */
export async function lockUser(tx: Tx, id: string): Promise<UserRow> {
  tx.send(tx.db.selectFrom('roles').select('code').where('code', '=', OWNER).forNoKeyUpdate())
  tx.send(tx.db.selectFrom('users').select('id').where('id', '=', id).forUpdate())
  // A statement of its own: what the wait for the lock was for is seen.
  const [row] = await tx.run(selectUsers(tx.db).where('u.id', '=', id))
  if (!row) throw notFound('user')
  return row
}

/** Throws `conflict` when no enabled owner but this one is left. Call under lockUser. */
export async function requireAnotherOwner(tx: Tx, userId: string): Promise<void> {
  const [other] = await tx.run(
    tx.db
      .selectFrom('user_roles as ur')
      .innerJoin('users as u', 'u.id', 'ur.user_id')
      .select('u.id')
      .where('ur.role_code', '=', OWNER)
      .where('u.disabled_at', 'is', null)
      .where('u.id', '<>', userId)
      .limit(1),
  )
  if (!other) throw new AppError('conflict', 'This is the last owner. Make someone else an owner first.')
}

/** Throws `invalid` when one of these roles does not exist. */
export async function requireRoles(tx: Tx, roles: readonly string[]): Promise<void> {
  if (roles.length === 0) return
  // Locked: a role that is being deleted is gone, or stays until this is over.
  const known = await tx.run(tx.db.selectFrom('roles').select('code').where('code', 'in', roles).orderBy('code').forKeyShare())
  const unknown = roles.find((code) => !known.some((role) => role.code === code))
  if (unknown !== undefined) throw invalid('roles', `${unknown} is not a role`)
}

export function grantRoles(tx: Tx, userId: string, roles: readonly string[], grantedBy = granterOf(tx)): void {
  if (roles.length === 0) return
  tx.send(
    tx.db
      .insertInto('user_roles')
      .values(roles.map((role) => ({ user_id: userId, role_code: role, granted_by: grantedBy, granted_at: tx.now }))),
  )
}

function granterOf(tx: Tx): string | null {
  return tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
}
