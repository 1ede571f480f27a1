import type { Db } from '#db/client.ts'
import { may } from '#server/context.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { Permission } from './permissions.ts'

/**
 * Taking what is free and releasing one's own is anyone's; all else needs the permission to assign. Claiming what
 * someone else has is a `conflict` that says who, for everyone: to take it over it is released first.
 */
export async function requireMayAssign(
  tx: Tx,
  permission: Permission,
  current: string | null,
  userId: string | null,
): Promise<void> {
  const me = tx.ctx.actor.id
  if (userId !== null && userId === me) {
    if (current !== null && current !== me) throw takenBy(await nameOf(tx.db, current))
    return
  }
  if (may(tx.ctx, permission) || (userId === null && (current === me || current === null))) return
  throw new AppError('forbidden', 'Your role may take what is free and release its own, not assign to others.')
}

export function takenBy(name: string): AppError {
  return new AppError('conflict', `${name} has this already.`)
}

async function nameOf(db: Db, userId: string): Promise<string> {
  const user = await db.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirstOrThrow()
  return user.name
}

/** Throws `invalid` unless this is a user who can sign in and, with `permission`, see what they are given. */
export async function requireAssignable(db: Db, userId: string, permission: Permission, path = 'userId'): Promise<void> {
  const user = await db
    .selectFrom('users as u')
    .select('u.id')
    .where('u.id', '=', userId)
    .where('u.disabled_at', 'is', null)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('user_roles as ur')
          .innerJoin('role_permissions as rp', 'rp.role_code', 'ur.role_code')
          .select('ur.user_id')
          .whereRef('ur.user_id', '=', 'u.id')
          .where('rp.permission_code', '=', permission),
      ),
    )
    .executeTakeFirst()
  if (!user) throw invalid(path, 'is not a user who could work on this')
}
