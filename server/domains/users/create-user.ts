import { hashPassword } from '#server/auth/passwords.ts'
import type { Tx } from '#server/transact.ts'
import { requireManageable } from './user.policy.ts'
import { grantRoles, requireRoles } from './user.repository.ts'
import type { CreateUserInput } from './user.schema.ts'

/** Makes a user who can sign in at once. Throws `forbidden` for roles beyond the actor's reach, `conflict` when the email is taken. */
export async function createUser(tx: Tx, input: CreateUserInput): Promise<string> {
  const passwordHash = await hashPassword(input.password)
  await requireManageable(tx, input.roles)
  await requireRoles(tx, input.roles)
  const createdBy = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  const id = await insertUser(tx, { ...input, passwordHash, createdBy })
  userCreated(tx, id, { email: input.email, name: input.name, roles: input.roles })
  return id
}

/** The trace of a new user: audited as the actor of `tx`, and told. */
export function userCreated(tx: Tx, id: string, after: Record<string, unknown>): void {
  const entity = { entityType: 'user', entityId: id }
  tx.audit({ action: 'user.created', ...entity, after })
  tx.event({ type: 'user.updated', ...entity, payload: { fields: ['created'] } })
}

export interface NewUser {
  email: string
  name: string
  passwordHash: string
  roles: readonly string[]
  /** Who answers for it: whose roles these are to give. */
  createdBy: string | null
}

/** Writes a user whose roles exist and were allowed. Throws `conflict` when the email is taken. */
export async function insertUser(tx: Tx, { email, name, passwordHash, roles, createdBy }: NewUser): Promise<string> {
  const id = tx.ctx.ids.next()
  await tx.run(
    tx.db.insertInto('users').values({
      id,
      email,
      name,
      password_hash: passwordHash,
      created_by: createdBy,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  grantRoles(tx, id, roles, createdBy)
  return id
}
