import { sql } from 'kysely'
import { readableClients } from '#server/domains/clients/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { findBlockers } from './blockers.ts'
import type { StartErasureInput } from './erasure.schema.ts'
import { findIdentifiers } from './identifiers.ts'
import { withMerged } from './run-erasure.ts'

interface Target {
  id: string
  ref: string
  merged_into_id: string | null
  erased_at: Date | null
}

/** Locks the client and all merged into it: what would make something new for them waits, and then finds them erased. */
async function lockAll(tx: Tx, id: string): Promise<{ target: Target; ids: string[] }> {
  const find = () =>
    tx.run(
      tx.db
        .selectFrom('clients as c')
        .select(['c.id', 'c.ref', 'c.merged_into_id', 'c.erased_at'])
        .where('c.id', '=', id)
        .where(readableClients(tx.ctx))
        .forUpdate('c'),
    )
  const [target] = await find()
  if (!target) throw notFound('client')
  const ids = await withMerged(tx, id)
  await tx.run(sql`select 1 from clients where id = any(${ids}::uuid[]) order by id for update`)
  return { target, ids }
}

/**
 * Begins to erase a client for good: the record itself and those merged into it become a pseudonym now, the rest follows in
 * a job. Asked again it answers the same erasure, and wakes it if it was left lying. Throws `not_found`, `invalid` when the
 * ref was not typed as it is, `conflict` while something still runs for them or when they are merged into another.
 */
export async function startErasure(tx: Tx, { id, confirm }: StartErasureInput): Promise<void> {
  const { target, ids } = await lockAll(tx, id)
  if (confirm.replace(/^#/, '').toUpperCase() !== target.ref) throw invalid('confirm', `Type ${target.ref} to confirm.`)
  if (target.merged_into_id)
    throw new AppError('conflict', `${target.ref} is merged into another client. Erase that one, or undo the merge first.`)
  const entity = { entityType: 'client', entityId: id, entityRef: target.ref }
  if (!target.erased_at) {
    const [first] = await findBlockers(tx.db, ids)
    if (first) throw new AppError('conflict', `${first.ref} is still ${first.status.replaceAll('_', ' ')}. End it first.`)
    await pseudonymise(tx, id, ids)
    tx.audit({ action: 'client.erasure_requested', ...entity })
  } else if (await isDone(tx, id)) {
    return
  }
  const timer = { key: `client:${id}:erase`, task: 'client-erase', runAt: tx.now.toISOString(), payload: { clientId: id } }
  tx.event({ type: 'client.erased', ...entity, timers: [timer] })
}

async function isDone(tx: Tx, clientId: string): Promise<boolean> {
  const [row] = await tx.run(tx.db.selectFrom('client_erasures').select('state').where('client_id', '=', clientId))
  return row?.state === 'done'
}

/** Takes the person out of the records now and seals what the job needs to find them elsewhere. */
async function pseudonymise(tx: Tx, clientId: string, ids: readonly string[]): Promise<void> {
  const erasureId = tx.ctx.ids.next()
  const known = await findIdentifiers(tx, ids)
  const place = { table: 'client_erasures', column: 'identifiers', row: erasureId }
  tx.send(
    tx.db.insertInto('client_erasures').values({
      id: erasureId,
      client_id: clientId,
      state: 'running',
      identifiers: tx.ctx.secrets.seal(place, JSON.stringify(known)),
      requested_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.send(sql`update clients set name = 'Erased client ' || ref, email = null, phone = null, preferred_channel = 'email',
    tags = '{}', notes = '', erased_at = ${tx.now}, version = version + 1, updated_at = ${tx.now}
    where id = any(${ids}::uuid[])`)
  const nothing = JSON.stringify({ email: null, phone: null, tags: [], notes: '' })
  tx.send(sql`update client_merges set survivor_before = ${nothing}::jsonb
    where survivor_id = any(${ids}::uuid[]) or merged_id = any(${ids}::uuid[])`)
}
