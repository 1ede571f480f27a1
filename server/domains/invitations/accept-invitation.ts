import { hashPassword } from '#server/auth/passwords.ts'
import { limit } from '#server/auth/rate-limits.ts'
import { hashOf } from '#server/auth/sessions.ts'
import type { Actor } from '#server/context.ts'
import { withdrawMessages } from '#server/domains/messages/index.ts'
import { insertUser, requireManageable, requireRoles, userCreated } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { deadLink, requireInviter, selectInvitations } from './invitation.repository.ts'

/**
 * The invited person chooses their password and is a user from now on. The link works once: of two who use it at the same
 * time one is too late. It is dead, too, when who sent it has left or may not give these roles any more. Throws
 * `not_found` in the same words for every link that does not work.
 */
export async function acceptInvitation(ctx: CallCtx, input: { token: string; password: string }): Promise<{ email: string }> {
  await openInvitation(ctx, input.token)
  const passwordHash = await hashPassword(input.password)
  return transact(ctx, async (tx) => {
    const [locked] = await tx.run(
      tx.db
        .selectFrom('invitations')
        .select('id')
        .where('token_hash', '=', hashOf(input.token))
        .where('expires_at', '>', tx.now)
        .forUpdate(),
    )
    if (!locked) throw deadLink()
    const invitation = await selectInvitations(tx.db).where('i.id', '=', locked.id).executeTakeFirstOrThrow()
    const { email, name, roles, invited_by: createdBy } = invitation
    const inviter = await requireStillAllowed(tx, createdBy, roles)
    await requireRoles(tx, roles)
    const userId = await insertUser(tx, { email, name, passwordHash, roles, createdBy })
    tx.send(
      tx.db
        .updateTable('invitations')
        .set({ state: 'accepted', token_hash: null, user_id: userId, version: invitation.version + 1, updated_at: tx.now })
        .where('id', '=', locked.id),
    )
    withdrawMessages(tx, [invitation.message_id])
    const self: Actor = { kind: 'user', id: userId, name, email, roles: [], permissions: new Set() }
    userCreated(tx.as(self), userId, { email, name, roles, invitedBy: inviter.name })
    tx.as(self).audit({ action: 'invitation.accepted', entityType: 'invitation', entityId: locked.id, after: { userId } })
    return { email }
  })
}

/** Whom this link invites, for the page behind it. Throws `not_found` in the same words for every link that does not work. */
export async function openInvitation(ctx: CallCtx, token: string) {
  if (ctx.ip) await limit(ctx, 'link-address', ctx.ip)
  const row = await selectInvitations(ctx.db)
    .where('i.token_hash', '=', hashOf(token))
    .where('i.expires_at', '>', ctx.clock.now())
    .executeTakeFirst()
  if (!row) throw deadLink()
  await requireInviter(ctx.db, row.invited_by)
  const names = await ctx.db
    .selectFrom('roles')
    .select('name')
    .where('code', 'in', [...row.roles, ''])
    .orderBy('name')
    .execute()
  return { email: row.email, name: row.name, roles: names.map((role) => role.name), expiresAt: row.expires_at }
}

async function requireStillAllowed(tx: Tx, invitedBy: string | null, roles: readonly string[]): Promise<Actor> {
  const inviter = await requireInviter(tx.db, invitedBy)
  if (!inviter.permissions.has('users.write')) throw deadLink()
  await requireManageable(tx.as(inviter), roles).catch((error: unknown) => {
    throw error instanceof AppError && error.code === 'forbidden' ? deadLink() : error
  })
  return inviter
}
