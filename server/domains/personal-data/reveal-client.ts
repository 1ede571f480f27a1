import { sql } from 'kysely'
import { requireVisibleEntity } from '#server/auth/visible-entity.ts'
import { may } from '#server/context.ts'
import { readableClients } from '#server/domains/clients/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { RevealInput, RevealOut } from './reveal.schema.ts'

/** How long a revealed contact stays in sight. */
export const REVEAL_MINUTES = 15

/** Throws `forbidden` for API keys: a reason is a person's. */
export function requirePerson(tx: Tx): string {
  const { actor } = tx.ctx
  if (actor.kind !== 'user' || !actor.id) throw new AppError('forbidden', 'Contacts are shown to people, not to API keys.')
  return actor.id
}

/** Throws `not_found`, `conflict` when there is nothing to show or nothing is hidden from this person. */
async function requireHidden(tx: Tx, clientId: string): Promise<{ id: string; ref: string }> {
  const [client] = await tx.run(
    tx.db
      .selectFrom('clients as c')
      .select(['c.id', 'c.ref', 'c.email', 'c.phone'])
      .where('c.id', '=', clientId)
      .where(readableClients(tx.ctx))
      .forShare('c'),
  )
  if (!client) throw notFound('client')
  if (may(tx.ctx, 'pii.read')) throw new AppError('conflict', 'You see this contact already.')
  if (client.email === null && client.phone === null) throw new AppError('conflict', 'No contact is known of this client.')
  return client
}

/**
 * Shows a client's masked contact to this person for 15 minutes, for a reason that is audited. Asked again while that lasts
 * it answers the same reveal. Throws `not_found`, `invalid` when the item is not one they can see or of another client.
 */
export async function revealClient(tx: Tx, input: RevealInput): Promise<RevealOut> {
  const userId = requirePerson(tx)
  const client = await requireHidden(tx, input.id)
  const item = input.from && (await requireVisibleEntity(tx, input.from.entityType, input.from.entityId))
  if (item && item.clientId !== client.id) throw invalid('from.entityId', 'is about another client')
  const from = { entityType: input.from?.entityType ?? ('client' as const), entityId: input.from?.entityId ?? client.id }
  const opened = { ...from, entityRef: item?.ref ?? client.ref }
  const expiresAt = new Date(tx.now.getTime() + REVEAL_MINUTES * 60_000)
  // What has run out makes room for the next; of two at once the second finds the first.
  tx.send(
    sql`update contact_reveals set ended_at = expires_at
      where user_id = ${userId}::uuid and client_id = ${client.id}::uuid and ended_at is null and expires_at <= ${tx.now}`,
  )
  const [row] = await tx.run(
    tx.db
      .insertInto('contact_reveals')
      .values({
        id: tx.ctx.ids.next(),
        client_id: client.id,
        user_id: userId,
        reason: input.reason,
        entity_type: opened.entityType,
        entity_id: opened.entityId,
        entity_ref: opened.entityRef,
        created_at: tx.now,
        expires_at: expiresAt,
      })
      .onConflict((oc) => oc.columns(['user_id', 'client_id']).where('ended_at', 'is', null).doNothing())
      .returning('id'),
  )
  if (!row) return requireOpen(tx, userId, client.id)
  tx.audit({
    action: 'client.revealed',
    entityType: 'client',
    entityId: client.id,
    entityRef: client.ref,
    after: { opened, until: expiresAt },
    reason: input.reason,
  })
  return { id: row.id, clientId: client.id, startedAt: tx.now, expiresAt }
}

async function requireOpen(tx: Tx, userId: string, clientId: string): Promise<RevealOut> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('contact_reveals')
      .select(['id', 'created_at', 'expires_at'])
      .where('user_id', '=', userId)
      .where('client_id', '=', clientId)
      .where('ended_at', 'is', null)
      .forUpdate(),
  )
  if (!row) throw new AppError('conflict', 'This contact is not shown to you now.')
  return { id: row.id, clientId, startedAt: row.created_at, expiresAt: row.expires_at }
}

/** Hides it again before the time is up. Throws `not_found`, `conflict` when it is not shown now. */
export async function endReveal(tx: Tx, { id }: { id: string }): Promise<RevealOut> {
  const userId = requirePerson(tx)
  const [client] = await tx.run(
    tx.db.selectFrom('clients as c').select(['c.id', 'c.ref']).where('c.id', '=', id).where(readableClients(tx.ctx)),
  )
  if (!client) throw notFound('client')
  const open = await requireOpen(tx, userId, id)
  if (open.expiresAt <= tx.now) throw new AppError('conflict', 'This contact is not shown to you any more.')
  tx.send(tx.db.updateTable('contact_reveals').set({ ended_at: tx.now }).where('id', '=', open.id))
  tx.audit({ action: 'client.reveal_ended', entityType: 'client', entityId: id, entityRef: client.ref })
  return { ...open, expiresAt: tx.now }
}
