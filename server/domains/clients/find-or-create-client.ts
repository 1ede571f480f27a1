import { sql } from 'kysely'
import type { Channel } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import type { Tx } from '#server/transact.ts'

export interface ClientContact {
  name: string
  /** Lower case. */
  email?: string
  /** E.164. */
  phone?: string
  preferredChannel?: Channel
  tags?: string[]
}

interface Standing {
  id: string
  ref: string
  email: string | null
  phone: string | null
  version: number
}

/**
 * The client with this phone, else with this email, else a new one. A merged client stands for its survivor. Only what
 * is missing of the contact is filled in, and not even that with `fill: false`: a stranger who knows somebody's number
 * may not add an address to them. Two calls at once with a phone or email in common make one client.
 */
export async function findOrCreateClient(
  tx: Tx,
  contact: ClientContact,
  { fill = true } = {},
): Promise<{ id: string; created: boolean }> {
  lockContact(tx, contact)
  for (;;) {
    const id = await findByContact(tx, contact)
    if (id === undefined) return { id: (await insertClient(tx, contact)).id, created: true }
    const client = await lockStanding(tx, id)
    // Merged away between looking and locking: look again, the lock has waited for the merge.
    if (!client) continue
    if (fill) fillGaps(tx, client, contact)
    return { id: client.id, created: false }
  }
}

/** Who has the same phone or email waits here; both are locked in the order of their hashes, so nobody waits in a circle. */
function lockContact(tx: Tx, { phone, email }: ClientContact): void {
  const keys = [phone, email].filter((key) => key !== undefined).map((key) => `client:${key}`)
  if (keys.length === 0) return
  tx.send(sql`select pg_advisory_xact_lock(hash) from
    (select hashtextextended(key, 0) as hash from unnest(${keys}::text[]) as key order by hash) as hashes`)
}

async function findByContact(tx: Tx, { phone, email }: ClientContact): Promise<string | undefined> {
  if (phone === undefined && email === undefined) return undefined
  const by = (column: 'phone' | 'email', value: string | undefined, rank: number) => sql`
    (select ${sql.lit(rank)} as rank, id, created_at from clients
      where ${sql.ref(column)} = ${value ?? null} and merged_into_id is null and deleted_at is null
      order by created_at, id limit 1)
    union all
    (select ${sql.lit(rank + 1)}, id, created_at from clients
      where ${sql.ref(column)} = ${value ?? null} and merged_into_id is not null and deleted_at is null
      order by created_at, id limit 1)`
  const [row] = await tx.run(sql<{ id: string }>`
    with recursive found as (
      select id from (${by('phone', phone, 0)} union all ${by('email', email, 2)}) as candidates order by rank limit 1
    ), chain as (
      select c.id, c.merged_into_id from clients c join found on found.id = c.id
      union all
      select c.id, c.merged_into_id from clients c join chain on c.id = chain.merged_into_id
    )
    select id from chain where merged_into_id is null`)
  return row?.id
}

async function lockStanding(tx: Tx, id: string): Promise<Standing | undefined> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('clients')
      .select(['id', 'ref', 'email', 'phone', 'version'])
      .where('id', '=', id)
      .where('merged_into_id', 'is', null)
      .where('deleted_at', 'is', null)
      .forNoKeyUpdate(),
  )
  return row
}

function fillGaps(tx: Tx, client: Standing, contact: ClientContact): void {
  const filled: { email?: string; phone?: string } = {}
  if (client.email === null && contact.email !== undefined) filled.email = contact.email
  if (client.phone === null && contact.phone !== undefined) filled.phone = contact.phone
  const fields = Object.keys(filled)
  if (fields.length === 0) return
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ ...filled, version: client.version + 1, updated_at: tx.now })
      .where('id', '=', client.id),
  )
  const entity = { entityType: 'client', entityId: client.id, entityRef: client.ref }
  tx.audit({ action: 'client.updated', ...entity, ...differences(client, filled) })
  tx.event({ type: 'client.updated', ...entity, payload: { fields } })
}

/** Makes a client without looking for one. */
export async function insertClient(tx: Tx, contact: ClientContact & { about?: string }): Promise<{ id: string; ref: string }> {
  const { actor } = tx.ctx
  const values = {
    name: contact.name,
    email: contact.email ?? null,
    phone: contact.phone ?? null,
    preferred_channel:
      contact.preferredChannel ?? (contact.email === undefined && contact.phone !== undefined ? 'phone' : 'email'),
    tags: contact.tags ?? [],
    notes: contact.about ?? '',
  } as const
  const [client] = await tx.run(
    tx.db
      .insertInto('clients')
      .values({
        id: tx.ctx.ids.next(),
        ...values,
        created_by: actor.kind === 'user' ? actor.id : null,
        created_at: tx.now,
        updated_at: tx.now,
      })
      .returning(['id', 'ref']),
  )
  if (!client) throw new Error('an insert returns its row')
  const entity = { entityType: 'client', entityId: client.id, entityRef: client.ref }
  tx.audit({ action: 'client.created', ...entity, after: values })
  tx.event({ type: 'client.created', ...entity })
  return client
}
