import { randomInt } from 'node:crypto'
import { endSessionsForRoles } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { lockOwnRole, type RoleRow, requireSpreadable, writePermissions } from './role.repository.ts'
import type { CreateRoleInput, UpdateRoleInput } from './role.schema.ts'

// A role's id in the audit is its code: ids there are UUIDs.
const entity = (code: string) => ({ entityType: 'role', entityId: null, entityRef: code })

/** `Night desk` → NIGHT_DESK; letters only, so that it reads like the roles of the product. */
function codeOf(name: string): string {
  const plain = name.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase()
  const code = plain
    .replace(/[^A-Z]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 50)
  return code.length >= 2 ? code : `ROLE_${randomLetters()}`
}

function randomLetters(): string {
  return Array.from({ length: 5 }, () => String.fromCharCode(65 + randomInt(26))).join('')
}

/**
 * Makes a role out of permissions. Throws `forbidden` for what the actor may not pass on, `conflict` when the name is taken.
 */
export async function createRole(tx: Tx, input: CreateRoleInput): Promise<string> {
  requireSpreadable(tx, input.permissions)
  const wished = codeOf(input.name)
  const [taken] = await tx.run(tx.db.selectFrom('roles').select('code').where('code', '=', wished))
  const code = taken ? `${wished}_${randomLetters()}` : wished
  await tx.run(
    tx.db.insertInto('roles').values({
      code,
      name: input.name,
      description: input.description,
      created_by: tx.ctx.actor.id,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  writePermissions(tx, code, input.permissions)
  tx.audit({ action: 'role.created', ...entity(code), after: { ...input } })
  return code
}

/**
 * Renames a role or changes what is in it. A changed set counts at the next request, and ends the sessions of everyone who
 * has the role, as a change of their roles does. Throws `not_found`, `conflict` for a role of the product, `forbidden` when
 * the set before or after holds what the actor may not pass on, `stale_write`.
 */
export async function updateRole(
  tx: Tx,
  { code, version, ...wanted }: UpdateRoleInput,
  ctx: Pick<CallCtx, 'token' | 'answer'>,
): Promise<void> {
  const row = await lockOwnRole(tx, code)
  if (wanted.permissions) requireSpreadable(tx, wanted.permissions)
  const { name, description, permissions } = row
  requireVersion({ id: code, status: '', version: row.version }, version, { name, description, permissions })
  const next = {
    name: wanted.name ?? name,
    description: wanted.description ?? description,
    permissions: wanted.permissions ?? permissions,
  }
  const before = { name, description, permissions }
  if (JSON.stringify(next) === JSON.stringify(before)) return
  tx.send(
    tx.db
      .updateTable('roles')
      .set({ name: next.name, description: next.description, version: row.version + 1, updated_at: tx.now })
      .where('code', '=', code),
  )
  if (next.permissions.join() !== permissions.join()) {
    writePermissions(tx, code, next.permissions)
    const held = await tx.run(tx.db.selectFrom('user_roles').select('user_id').where('role_code', '=', code))
    await endSessionsForRoles(
      tx,
      held.map((one) => one.user_id),
      ctx,
    )
  }
  tx.audit({ action: 'role.changed', ...entity(code), before, after: next })
}

/** Deletes a role nobody has and nobody is invited with. Throws `not_found`, `conflict`, `forbidden`, `stale_write`. */
export async function removeRole(tx: Tx, { code, version }: { code: string; version?: number }): Promise<void> {
  const row = await lockOwnRole(tx, code)
  requireVersion({ id: code, status: '', version: row.version }, version, { name: row.name })
  await requireUnused(tx, row)
  tx.send(tx.db.deleteFrom('invitation_roles').where('role_code', '=', code))
  tx.send(tx.db.deleteFrom('roles').where('code', '=', code))
  tx.audit({
    action: 'role.deleted',
    ...entity(code),
    before: { name: row.name, description: row.description, permissions: row.permissions },
  })
}

async function requireUnused(tx: Tx, row: RoleRow): Promise<void> {
  const [held, invited] = await Promise.all([
    tx.run(tx.db.selectFrom('user_roles').select('user_id').where('role_code', '=', row.code).limit(100)),
    tx.run(
      tx.db
        .selectFrom('invitation_roles as r')
        .innerJoin('invitations as i', 'i.id', 'r.invitation_id')
        .select('i.id')
        .where('r.role_code', '=', row.code)
        .where('i.state', '=', 'pending')
        .where('i.expires_at', '>', tx.now),
    ),
  ])
  if (held.length > 0) {
    const people = held.length === 1 ? 'One person has' : `${held.length === 100 ? '100 or more' : held.length} people have`
    throw new AppError('conflict', `${people} this role. Give them another first.`)
  }
  if (invited.length > 0) throw new AppError('conflict', 'Someone is invited with this role. Revoke the invitation first.')
}
