import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { type ListLooksInput, LOOKS } from './looks.schema.ts'

const SORTS: Record<string, SortColumn> = { at: { ref: 'l.at', kind: 'time' } }

interface Opened {
  entityType: string
  entityId: string
  entityRef: string
}

/** Where it was shown, if the row still says so. */
function openedOf(after: Record<string, unknown> | null): Opened | null {
  const opened = after?.opened
  if (typeof opened !== 'object' || opened === null) return null
  const { entityType, entityId, entityRef } = opened as Partial<Opened>
  return typeof entityType === 'string' && typeof entityId === 'string' && typeof entityRef === 'string'
    ? { entityType, entityId, entityRef }
    : null
}

/** Who looked at whom, when, why and where, newest first: read from the audit log, which nobody can thin out. */
export async function listLooks(ctx: CallCtx, input: ListLooksInput) {
  // Written out, as the index has it.
  const isLook = sql<boolean>`l.action in (${sql.join(LOOKS.map((action) => sql.lit(action)))})`
  let query = ctx.db
    .selectFrom('audit_log as l')
    .innerJoin('clients as c', 'c.id', 'l.entity_id')
    .select(['l.id', 'l.at', 'l.actor_kind', 'l.actor_id', 'l.actor_name', 'l.action', 'l.after', 'l.reason'])
    .select(['c.id as client_id', 'c.ref', 'c.name'])
    .where('l.entity_type', '=', 'client')
    .where(isLook)
  if (input.actorId) query = query.where('l.actor_id', '=', input.actorId)
  if (input.how) query = query.where('l.action', '=', `client.${input.how}`)
  if (input.from) query = query.where('l.at', '>=', input.from)
  if (input.to) query = query.where('l.at', '<', input.to)
  if (input.clientId) {
    query = query.where(sql<boolean>`l.entity_id = any(array(
      select id from clients where id = ${input.clientId}::uuid or merged_into_id = ${input.clientId}::uuid))`)
  }
  const page = await pageOf(query, input, SORTS, 'l.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      at: row.at,
      who: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
      client: { id: row.client_id, ref: row.ref, name: row.name },
      how: row.action.slice('client.'.length) as 'viewed' | 'revealed' | 'exported',
      reason: row.reason,
      opened: openedOf(row.after),
    })),
  }
}
