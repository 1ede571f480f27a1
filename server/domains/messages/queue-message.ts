import type { MessageKind } from '#db/tables/index.ts'
import type { SecretPlace } from '#server/auth/secret-box.ts'
import type { Tx } from '#server/transact.ts'

export interface NewMessage {
  kind: MessageKind
  /** `userId` is left out for who is no user yet. */
  to: { email: string; userId?: string; clientId?: string }
  subject: string
  /** Plain text; may carry a secret link: it is sealed. */
  body: string
  /** After this the message is of no use any more. */
  expiresAt: Date
  /** Whose link is in it. */
  paymentId?: string
}

/** Where the body of a message is sealed to. */
export function bodyPlace(messageId: string): SecretPlace {
  return { table: 'outgoing_messages', column: 'sealed_body', row: messageId }
}

/**
 * Writes a message to someone of the agency, or to a client, in this transaction, and answers its id. Until a mail provider is set up the
 * owner reads it at /admin/outbox and hands it on.
 */
export function queueMessage(tx: Tx, { kind, to, subject, body, expiresAt, paymentId }: NewMessage): string {
  const id = tx.ctx.ids.next()
  tx.send(
    tx.db.insertInto('outgoing_messages').values({
      id,
      kind,
      recipient: to.email,
      recipient_id: to.userId ?? null,
      client_id: to.clientId ?? null,
      payment_id: paymentId ?? null,
      subject,
      sealed_body: tx.ctx.secrets.seal(bodyPlace(id), body),
      created_at: tx.now,
      expires_at: expiresAt,
    }),
  )
  return id
}

/** The link in these messages opens nothing any more: their text is forgotten, that they were written is kept. */
export function withdrawMessages(tx: Tx, ids: readonly (string | null)[]): void {
  const known = ids.filter((id) => id !== null)
  if (known.length === 0) return
  tx.send(
    tx.db
      .updateTable('outgoing_messages')
      .set({ state: 'withdrawn', sealed_body: null })
      .where('id', 'in', known)
      .where('state', '=', 'waiting'),
  )
}
