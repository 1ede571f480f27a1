import { sql } from 'kysely'
import type { SignedIn } from '#server/auth/complete-sign-in.ts'
import { PERMISSIONS } from '#server/auth/permissions.ts'
import { type Actor, may } from '#server/context.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { hasSecondFactor, selectUsers, type UserRow } from './user.repository.ts'
import type { ListUsersInput, UserOut } from './user.schema.ts'

const SORTS: Record<string, SortColumn> = {
  createdAt: { ref: 'u.created_at', kind: 'time' },
  name: { ref: 'u.name', kind: 'text' },
}

function userOf(row: UserRow): UserOut {
  return {
    id: row.id,
    status: row.disabled_at === null ? 'active' : 'disabled',
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    name: row.name,
    email: row.email,
    roles: row.roles,
    disabled: row.disabled_at !== null,
    secondFactor: row.second_factor,
    lastSignInAt: row.last_sign_in_at,
  }
}

export async function listUsers(ctx: CallCtx, input: ListUsersInput) {
  let query = selectUsers(ctx.db)
  if (input.disabled !== undefined) query = query.where('u.disabled_at', input.disabled ? 'is not' : 'is', null)
  if (input.secondFactor !== undefined) query = query.where(sql<boolean>`${hasSecondFactor()} = ${input.secondFactor}`)
  if (input.role) {
    query = query.where('u.id', 'in', (eb) =>
      eb
        .selectFrom('user_roles as ur')
        .select('ur.user_id')
        .where('ur.role_code', 'in', input.role ?? []),
    )
  }
  if (input.q) {
    const words = `%${input.q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    // By a part of the address only for who may see it.
    query = query.where(
      may(ctx, 'pii.read')
        ? sql<boolean>`(lower(u.name) like ${words} or u.email like ${words})`
        : sql<boolean>`lower(u.name) like ${words}`,
    )
  }
  const page = await pageOf(query, input, SORTS, 'u.id')
  return { ...page, items: page.items.map(userOf) }
}

export async function readUser(ctx: CallCtx, id: string): Promise<UserOut> {
  const row = await selectUsers(ctx.db).where('u.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('user')
  return userOf(row)
}

/** An actor as the person themselves sees it. */
export function selfOf(actor: Actor) {
  return {
    id: actor.id ?? '',
    kind: actor.kind,
    name: actor.name,
    email: actor.email ?? null,
    roles: [...actor.roles],
    permissions: [...actor.permissions].sort(),
  }
}

/** A session that was just started, as its person sees it. */
export function signedInOf({ user, ...session }: SignedIn) {
  return { ...session, user: selfOf(user) }
}

export async function listRoles(ctx: CallCtx) {
  const rows = await ctx.db
    .selectFrom('roles as r')
    .select(['r.code', 'r.name', 'r.description', 'r.is_system as isSystem', 'r.version'])
    .select([
      sql<string[]>`coalesce((select array_agg(permission_code order by permission_code)
        from role_permissions where role_code = r.code), '{}')`.as('permissions'),
      sql<number>`(select count(*) from user_roles ur join users u on u.id = ur.user_id
        where ur.role_code = r.code and u.disabled_at is null)`.as('users'),
    ])
    .orderBy('r.code')
    .execute()
  return { items: rows }
}

export function listPermissions() {
  return { items: Object.entries(PERMISSIONS).map(([code, description]) => ({ code, description })) }
}
