import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { Actor } from '#server/context.ts'
import { permissionSet } from './sessions.ts'

/** A person as they may act now, for what a job does in their name; undefined when unknown or disabled. */
export async function userActor(db: Db, userId: string): Promise<(Actor & { id: string }) | undefined> {
  const { rows } = await sql<{ id: string; name: string; email: string; roles: string[]; permissions: string[] }>`
    select u.id, u.name, u.email,
      array(select role_code from user_roles where user_id = u.id order by role_code) as roles,
      array(select distinct rp.permission_code from user_roles ur join role_permissions rp on rp.role_code = ur.role_code
        where ur.user_id = u.id) as permissions
    from users u where u.id = ${userId}::uuid and u.disabled_at is null`.execute(db)
  const [row] = rows
  if (!row) return undefined
  return {
    kind: 'user',
    id: row.id,
    name: row.name,
    email: row.email,
    roles: row.roles,
    permissions: permissionSet(row.permissions),
  }
}
