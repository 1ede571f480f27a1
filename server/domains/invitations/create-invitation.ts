import { newLinkToken } from '#server/auth/link-token.ts'
import { queueMessage, withdrawMessages } from '#server/domains/messages/index.ts'
import { requireManageable, requireRoles } from '#server/domains/users/index.ts'
import { AppError } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type InvitationRow, lockInvitation } from './invitation.repository.ts'
import type { CreateInvitationInput } from './invitation.schema.ts'

/** How long a link works. */
const DAYS = 7

const entity = (id: string) => ({ entityType: 'invitation', entityId: id })
const inviterOf = (tx: Tx) => (tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null)

/**
 * Invites someone: writes them a message with a link by which they choose their password. Throws `forbidden` for roles
 * beyond the actor's reach and for an API key, `conflict` when the address belongs to a user or has an invitation that
 * still works.
 */
export async function createInvitation(tx: Tx, input: CreateInvitationInput): Promise<string> {
  if (tx.ctx.actor.kind === 'api_key') throw new AppError('forbidden', 'People are invited by people, not by API keys.')
  await requireManageable(tx, input.roles)
  await requireRoles(tx, input.roles)
  const [taken] = await tx.run(tx.db.selectFrom('users').select('id').where('email', '=', input.email))
  if (taken) throw new AppError('conflict', 'Another user has this email address.')
  tx.send(
    tx.db
      .updateTable('invitations')
      .set({ state: 'revoked', token_hash: null, updated_at: tx.now })
      .where('email', '=', input.email)
      .where('state', '=', 'pending')
      .where('expires_at', '<=', tx.now),
  )
  const id = tx.ctx.ids.next()
  const { hash, expiresAt, messageId } = writeLink(tx, input)
  await tx.run(
    tx.db.insertInto('invitations').values({
      id,
      email: input.email,
      name: input.name,
      token_hash: hash,
      expires_at: expiresAt,
      message_id: messageId,
      invited_by: inviterOf(tx),
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  if (input.roles.length > 0) {
    const rows = input.roles.map((role_code) => ({ invitation_id: id, role_code }))
    tx.send(tx.db.insertInto('invitation_roles').values(rows))
  }
  tx.audit({ action: 'invitation.created', ...entity(id), after: { ...input } })
  return id
}

/** A new link in the place of the old one, which opens nothing from now on. Throws `conflict` unless it is still to be accepted. */
export async function resendInvitation(tx: Tx, input: { id: string; version?: number }): Promise<void> {
  const row = await lockPending(tx, input)
  const { hash, expiresAt, messageId } = writeLink(tx, row)
  withdrawMessages(tx, [row.message_id])
  save(tx, row, { token_hash: hash, expires_at: expiresAt, message_id: messageId, invited_by: inviterOf(tx) })
  tx.audit({ action: 'invitation.resent', ...entity(row.id), after: { expires_at: expiresAt } })
}

/** Its link opens nothing from now on. Throws `conflict` unless it is still to be accepted. */
export async function revokeInvitation(tx: Tx, input: { id: string; version?: number }): Promise<void> {
  const row = await lockPending(tx, input)
  withdrawMessages(tx, [row.message_id])
  save(tx, row, { state: 'revoked', token_hash: null })
  tx.audit({ action: 'invitation.revoked', ...entity(row.id), before: { state: row.state }, after: { state: 'revoked' } })
}

async function lockPending(tx: Tx, input: { id: string; version?: number }): Promise<InvitationRow> {
  if (tx.ctx.actor.kind === 'api_key') throw new AppError('forbidden', 'People are invited by people, not by API keys.')
  const row = await lockInvitation(tx, input.id)
  await requireManageable(tx, row.roles)
  requireVersion({ ...row, status: row.state }, input.version, { state: row.state })
  if (row.state !== 'pending') throw new AppError('conflict', `This invitation was ${row.state}: there is nothing to change.`)
  return row
}

function save(tx: Tx, row: InvitationRow, columns: Record<string, unknown>): void {
  tx.send(
    tx.db
      .updateTable('invitations')
      .set({ ...columns, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
}

function writeLink(tx: Tx, to: { email: string; name: string }) {
  const { token, hash } = newLinkToken()
  const expiresAt = new Date(tx.now.getTime() + DAYS * 86_400_000)
  const messageId = queueMessage(tx, {
    kind: 'invitation',
    to: { email: to.email },
    subject: `${tx.ctx.actor.name} invites you to Virel`,
    body: [
      `Hello ${to.name},`,
      `${tx.ctx.actor.name} invites you to Virel. Choose your password here:`,
      `${tx.ctx.appUrl}/join?token=${token}`,
      `The link works once, for ${DAYS} days. If you did not expect it, leave it be.`,
    ].join('\n\n'),
    expiresAt,
  })
  return { hash, expiresAt, messageId }
}
