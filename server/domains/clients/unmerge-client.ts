import { sql } from 'kysely'
import type { MergeMoved, SurvivorBefore } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { type ClientRow, lockClients, requireUnerased } from './client.repository.ts'
import { auditMoved, mergeableFields, OWNED, unite } from './merge-clients.ts'

/**
 * Undoes a merge: what it moved goes back if it is still at the survivor, and what it filled in is taken away again
 * unless someone changed it since. Throws `not_found`, `conflict` when there is no such merge or the survivor was
 * itself merged on.
 */
export async function unmergeClient(tx: Tx, input: { id: string; mergedId: string }): Promise<void> {
  const { moved } = await requireMerge(tx, input)
  for (const table of OWNED) {
    tx.send(sql`select 1 from ${sql.table(table)} where id = any(${moved[table]}::uuid[]) order by id for update`)
  }
  const clients = await lockClients(tx, [input.id, input.mergedId])
  // Read again under the clients' locks: of two who undo at once, one finds nothing left to undo.
  const merge = await requireMerge(tx, input)
  const survivor = clients.get(input.id)
  const merged = clients.get(input.mergedId)
  if (!survivor || !merged) throw notMerged()
  requireUnerased(survivor)
  requireUnerased(merged)
  if (survivor.merged_into_id) {
    throw new AppError('conflict', `${survivor.ref} was itself merged into another client. Undo that merge first.`)
  }
  for (const table of OWNED) {
    const back = await tx.run(
      tx.db
        .updateTable(table)
        .set({ client_id: merged.id })
        .where('id', 'in', sql<string>`(select unnest(${merge.moved[table]}::uuid[]))`)
        .where('client_id', '=', survivor.id)
        .returning(['id', 'ref']),
    )
    auditMoved(tx, table, back, { from: survivor.id, to: merged.id })
  }
  const restored = restore(mergeableFields(survivor), merge.survivor_before, mergeableFields(merged))
  save(tx, { mergeId: merge.id, survivor, merged, restored })
}

interface StandingMerge {
  id: string
  moved: MergeMoved
  survivor_before: SurvivorBefore
}

async function requireMerge(tx: Tx, { id, mergedId }: { id: string; mergedId: string }): Promise<StandingMerge> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('client_merges')
      .select(['id', 'moved', 'survivor_before'])
      .where('survivor_id', '=', id)
      .where('merged_id', '=', mergedId)
      .where('undone_at', 'is', null),
  )
  if (!row) throw notMerged()
  return row
}

function notMerged(): AppError {
  return new AppError('conflict', 'These two clients are not merged.')
}

/**
 * The survivor as it is now, less what this merge brought. A field goes back only if the merge changed it and it still
 * says what the merge made of it; of the tags just the ones it added go.
 */
export function restore(now: SurvivorBefore, before: SurvivorBefore, merged: SurvivorBefore): SurvivorBefore {
  const made = unite(before, merged)
  const back = <T>(current: T, was: T, became: T): T => (current === became ? was : current)
  const added = made.tags.filter((tag) => !before.tags.includes(tag))
  return {
    email: back(now.email, before.email, made.email),
    phone: back(now.phone, before.phone, made.phone),
    tags: now.tags.filter((tag) => !added.includes(tag)),
    notes: back(now.notes, before.notes, made.notes),
  }
}

function save(tx: Tx, what: { mergeId: string; survivor: ClientRow; merged: ClientRow; restored: SurvivorBefore }): void {
  const { survivor, merged, restored } = what
  const actorId = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  const clients = (row: ClientRow) => ({ version: row.version + 1, updated_at: tx.now })
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ ...restored, ...clients(survivor) })
      .where('id', '=', survivor.id),
  )
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ merged_into_id: null, ...clients(merged) })
      .where('id', '=', merged.id),
  )
  tx.send(tx.db.updateTable('client_merges').set({ undone_by: actorId, undone_at: tx.now }).where('id', '=', what.mergeId))
  const change = differences(mergeableFields(survivor), restored)
  tx.audit({
    action: 'client.unmerged',
    entityType: 'client',
    entityId: survivor.id,
    entityRef: survivor.ref,
    before: change.before,
    after: { ...change.after, unmerged: { id: merged.id, ref: merged.ref } },
  })
  tx.audit({
    action: 'client.unmerged',
    entityType: 'client',
    entityId: merged.id,
    entityRef: merged.ref,
    before: { merged_into_id: survivor.id },
    after: { merged_into_id: null, survivor: { id: survivor.id, ref: survivor.ref } },
  })
  tx.event({
    type: 'client.unmerged',
    entityType: 'client',
    entityId: survivor.id,
    entityRef: survivor.ref,
    payload: { survivorId: survivor.id, mergedId: merged.id },
  })
}
