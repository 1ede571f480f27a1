import { type Selectable, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { InvitationsTable } from '#db/tables/index.ts'
import { permissionSet } from '#server/auth/sessions.ts'
import type { Actor } from '#server/context.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export type InvitationRow = Omit<Selectable<InvitationsTable>, 'token_hash'> & { roles: string[]; inviter: string | null }

/** Invitations (alias `i`) with the codes of their roles and the name of who sent them; without the hash of their token. */
export function selectInvitations(db: Db) {
  return db
    .selectFrom('invitations as i')
    .leftJoin('users as s', 's.id', 'i.invited_by')
    .select(['i.id', 'i.email', 'i.name', 'i.state', 'i.expires_at', 'i.message_id', 'i.user_id', 'i.version'])
    .select(['i.invited_by', 'i.created_at', 'i.updated_at', 's.name as inviter'])
    .select(
      sql<string[]>`coalesce((select array_agg(r.role_code order by r.role_code)
        from invitation_roles r where r.invitation_id = i.id), '{}')`.as('roles'),
    )
}

/** Locks an invitation; throws `not_found`. */
export async function lockInvitation(tx: Tx, id: string): Promise<InvitationRow> {
  tx.send(tx.db.selectFrom('invitations').select('id').where('id', '=', id).forUpdate())
  const [row] = await tx.run(selectInvitations(tx.db).where('i.id', '=', id))
  if (!row) throw notFound('invitation')
  return row
}

/** The same answer to a link that was used, is over, was revoked or never was. */
export function deadLink(): AppError {
  return new AppError('not_found', 'This link does not work any more. Ask who sent it for a new one.')
}

/** Who sent it, with what they may now; throws `deadLink` when they may not sign in any more. */
export async function requireInviter(db: Db, invitedBy: string | null): Promise<Actor> {
  const row = await db
    .selectFrom('users as u')
    .select(['u.id', 'u.name'])
    .select(
      sql<string[]>`coalesce((select array_agg(distinct p.permission_code) from user_roles ur
        join role_permissions p on p.role_code = ur.role_code where ur.user_id = u.id), '{}')`.as('permissions'),
    )
    .where('u.id', '=', invitedBy)
    .where('u.disabled_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw deadLink()
  return { kind: 'user', id: row.id, name: row.name, roles: [], permissions: permissionSet(row.permissions) }
}
