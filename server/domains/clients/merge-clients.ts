import { sql } from 'kysely'
import type { MergeMoved, SurvivorBefore } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { type ClientRow, lockClients, requireUnerased } from './client.repository.ts'
import { MAX_TAGS } from './client.schema.ts'

/** The tables whose rows belong to a client, in the order in which everything locks them. */
export const OWNED = ['inquiries', 'bookings', 'tasks', 'exceptions'] as const

/**
 * Merges clients into a survivor: moves what is theirs, fills the survivor's missing contact, unites the tags, and
 * remembers what it moved so that it can be undone. Throws `not_found`, `conflict` when one is merged already.
 */
export async function mergeClients(tx: Tx, input: { id: string; mergedIds: string[] }): Promise<void> {
  const mergedIds = [...new Set(input.mergedIds)]
  if (mergedIds.includes(input.id)) throw invalid('mergedIds', 'a client can not be merged into itself')
  // inquiry → booking → … → client is the order everywhere; the clients last, whose locks keep new rows out.
  for (const table of OWNED) {
    tx.send(sql`select 1 from ${sql.table(table)} where client_id = any(${mergedIds}::uuid[]) order by id for update`)
  }
  const clients = await lockClients(tx, [input.id, ...mergedIds])
  let survivor = requireStanding(clients, input.id)
  for (const id of mergedIds) survivor = await mergeOne(tx, survivor, requireStanding(clients, id))
}

function requireStanding(clients: Map<string, ClientRow>, id: string): ClientRow {
  const row = clients.get(id)
  if (!row || row.merged_into_id) throw new AppError('conflict', `${row?.ref ?? 'A client'} is already merged into another.`)
  requireUnerased(row)
  return row
}

/** The survivor's fields once `merged` has filled their gaps. */
export function unite(survivor: SurvivorBefore, merged: SurvivorBefore): SurvivorBefore {
  return {
    email: survivor.email ?? merged.email,
    phone: survivor.phone ?? merged.phone,
    tags: [...new Set([...survivor.tags, ...merged.tags])],
    notes: survivor.notes || merged.notes,
  }
}

async function mergeOne(tx: Tx, survivor: ClientRow, merged: ClientRow): Promise<ClientRow> {
  const before = mergeableFields(survivor)
  const united = unite(before, mergeableFields(merged))
  if (united.tags.length > MAX_TAGS)
    throw new AppError('conflict', `Together they have more than ${MAX_TAGS} tags. Remove some first.`)
  const moved = await moveAll(tx, merged.id, survivor.id)
  const actorId = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ ...united, version: survivor.version + 1, updated_at: tx.now })
      .where('id', '=', survivor.id),
  )
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ merged_into_id: survivor.id, version: merged.version + 1, updated_at: tx.now })
      .where('id', '=', merged.id),
  )
  tx.send(
    tx.db.insertInto('client_merges').values({
      id: tx.ctx.ids.next(),
      survivor_id: survivor.id,
      merged_id: merged.id,
      moved: JSON.stringify(moved),
      survivor_before: JSON.stringify(before),
      merged_by: actorId,
      merged_at: tx.now,
    }),
  )
  tell(tx, survivor, merged, { before, united, moved })
  return { ...survivor, ...united, version: survivor.version + 1 }
}

export function mergeableFields({ email, phone, tags, notes }: ClientRow): SurvivorBefore {
  return { email, phone, tags, notes }
}

/** Sees also rows that came in while the clients' locks were waited for: these are statements of their own. */
async function moveAll(tx: Tx, from: string, to: string): Promise<MergeMoved> {
  const move = async (table: (typeof OWNED)[number]) => {
    const rows = await tx.run(
      tx.db.updateTable(table).set({ client_id: to }).where('client_id', '=', from).returning(['id', 'ref']),
    )
    auditMoved(tx, table, rows, { from, to })
    return rows.map((row) => row.id)
  }
  const [inquiries, bookings, tasks, exceptions] = await Promise.all([
    move('inquiries'),
    move('bookings'),
    move('tasks'),
    move('exceptions'),
  ])
  return { inquiries, bookings, tasks, exceptions }
}

const NOUNS = { inquiries: 'inquiry', bookings: 'booking', tasks: 'task', exceptions: 'exception' } as const

/** Each thing's own history says that it went from one client to the other. */
export function auditMoved(
  tx: Tx,
  table: (typeof OWNED)[number],
  rows: readonly { id: string; ref: string }[],
  { from, to }: { from: string; to: string },
): void {
  const noun = NOUNS[table]
  for (const { id, ref } of rows) {
    tx.audit({
      action: `${noun}.client_changed`,
      entityType: noun,
      entityId: id,
      entityRef: ref,
      before: { client_id: from },
      after: { client_id: to },
    })
  }
}

function tell(
  tx: Tx,
  survivor: ClientRow,
  merged: ClientRow,
  what: { before: SurvivorBefore; united: SurvivorBefore; moved: MergeMoved },
): void {
  const change = differences(what.before, what.united)
  tx.audit({
    action: 'client.merged',
    entityType: 'client',
    entityId: survivor.id,
    entityRef: survivor.ref,
    before: change.before,
    after: { ...change.after, merged: { id: merged.id, ref: merged.ref }, moved: what.moved },
  })
  tx.audit({
    action: 'client.merged_away',
    entityType: 'client',
    entityId: merged.id,
    entityRef: merged.ref,
    before: { merged_into_id: null },
    after: { merged_into_id: survivor.id, survivor: { id: survivor.id, ref: survivor.ref } },
  })
  tx.event({
    type: 'client.merged',
    entityType: 'client',
    entityId: survivor.id,
    entityRef: survivor.ref,
    payload: { survivorId: survivor.id, mergedId: merged.id },
  })
}
