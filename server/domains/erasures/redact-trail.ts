import { sql } from 'kysely'
import { redactAudit } from '#server/domains/audit/index.ts'
import type { Tx } from '#server/transact.ts'
import { type Erased, theirs } from './erased.ts'

async function idsOf(tx: Tx, query: ReturnType<typeof sql>): Promise<string[]> {
  return (await tx.run(sql<{ id: string }>`select id::text from (${query}) found (id)`)).map((row) => row.id)
}

/**
 * Takes the contents out of all audit rows about the person and their items, and of others that name them; that it was done
 * is an audit row itself, which the log's chain needs to hold. Answers how many rows were redacted.
 */
export async function redactTrail(tx: Tx, erased: Erased): Promise<number> {
  tx.send(sql`set local statement_timeout = '120s'`)
  const entities: { entityType: string; entityIds: string[] }[] = []
  for (const { entityType, ids } of theirs(erased)) entities.push({ entityType, entityIds: await idsOf(tx, ids) })
  const rowIds = erased.pattern
    ? await idsOf(
        tx,
        sql`select id from audit_log where before::text ~* ${erased.pattern} or after::text ~* ${erased.pattern}
          or reason ~* ${erased.pattern}`,
      )
    : []
  const erasureId = tx.ctx.ids.next()
  const redacted = await redactAudit(tx, { erasureId, entities, rowIds })
  tx.audit({
    id: erasureId,
    action: 'client.erased',
    entityType: 'client',
    entityId: erased.clientId,
    entityRef: erased.ref,
    after: { redacted, requestedBy: erased.requestedBy },
  })
  return redacted.count
}
