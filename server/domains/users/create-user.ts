import { hashPassword } from '#server/auth/passwords.ts'
import type { Tx } from '#server/transact.ts'
import { requireManageable } from './user.policy.ts'
import { grantRoles, requireRoles } from './user.repository.ts'
import type { CreateUserInput } from './user.schema.ts'

/** Makes a user who can sign in at once. Throws `forbidden` for roles beyond the actor's reach, `conflict` when the email is taken. */
export async function createUser(tx: Tx, input: CreateUserInput): Promise<string> {
  requireManageable(tx.ctx, input.roles)
  const passwordHash = await hashPassword(input.password)
  await requireRoles(tx, input.roles)
  const id = tx.ctx.ids.next()
  await tx.run(
    tx.db.insertInto('users').values({
      id,
      email: input.email,
      name: input.name,
      password_hash: passwordHash,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  grantRoles(tx, id, input.roles)
  const entity = { entityType: 'user', entityId: id }
  tx.audit({ action: 'user.created', ...entity, after: { email: input.email, name: input.name, roles: input.roles } })
  tx.event({ type: 'user.updated', ...entity, payload: { fields: ['created'] } })
  return id
}
