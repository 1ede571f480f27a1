import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'

/** Which rows lose their contents: all of these entities, and single rows besides. */
export interface RedactRequest {
  /** The id of the audit row that tells of the erasure: draw it with `tx.ctx.ids.next()` and give it to `tx.audit` as `id`. */
  erasureId: string
  entities?: readonly { entityType: string; entityIds: readonly string[] }[]
  rowIds?: readonly string[]
}

/** What the erasure's own audit row must carry as `after.redacted`: the verifier accepts exactly these rows without contents. */
export interface Redaction {
  count: number
  /** SHA-256 over the sorted ids of the rows. */
  digest: string
}

/** Actions whose audit row may answer for redacted rows. */
export const ERASURES: readonly string[] = ['client.erased', 'user.erased']

export function digestOfIds(ids: readonly string[]): string {
  return createHash('sha256')
    .update([...ids].sort().join('\n'))
    .digest('hex')
}

/**
 * Takes before, after, reason, address and program out of audit rows for good; who did what and when stays, and so does
 * the chain. Rows already redacted are left as they are. The caller must, in the same transaction, write the audit row
 * `erasureId` with an action of ERASURES and the answer as `after.redacted`: without it verify reports the rows as altered.
 */
export async function redactAudit(tx: Tx, { erasureId, entities = [], rowIds = [] }: RedactRequest): Promise<Redaction> {
  const chosen = entities.map(
    ({ entityType, entityIds }) =>
      sql`select id from audit_log where entity_type = ${entityType} and entity_id = any(${entityIds}::uuid[])`,
  )
  chosen.push(sql`select unnest(${rowIds}::uuid[])`)
  // Only for this one statement: nothing else of the transaction may change an audit row.
  tx.send(sql`set local virel.door = 'erase'`)
  const redacting = tx.run(sql<{ id: string }>`
    update audit_log set before = null, after = null, reason = null, ip = null, agent = null, salt = null,
      redacted_by = ${erasureId}::uuid
    where id in (${sql.join(chosen, sql` union `)}) and redacted_by is null and action not like '%.erased'
    returning id::text`)
  tx.send(sql`set local virel.door = 'advance'`)
  const ids = (await redacting).map((row) => row.id)
  return { count: ids.length, digest: digestOfIds(ids) }
}
