import { sql } from 'kysely'
import { refIn } from '#server/trpc/candidates.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ListAuditInput } from './audit.router.ts'

const NOBODY = '00000000-0000-0000-0000-000000000000'

const SORTS: Record<string, SortColumn> = { at: { ref: 'l.at', kind: 'time' } }

/** What carries a ref; each column has a unique index. */
const REFS = [
  ['booking', 'bookings', 'ref'],
  ['inquiry', 'inquiries', 'ref'],
  ['client', 'clients', 'ref'],
  ['task', 'tasks', 'ref'],
  ['exception', 'exceptions', 'ref'],
  ['payment', 'payments', 'ref'],
  ['model', 'models', 'public_code'],
] as const

/** What bears this ref, as people type it. */
async function bearersOf(ctx: CallCtx, ref: string): Promise<string[]> {
  const ways = REFS.map(([, table, column]) => sql`select id from ${sql.table(table)} where ${sql.ref(column)} = ${refIn(ref)}`)
  const { rows } = await sql<{ id: string }>`${sql.join(ways, sql` union all `)}`.execute(ctx.db)
  return rows.map((row) => row.id)
}

/** Audit rows, newest first. `from` is included, `to` is not. */
export async function listAudit(ctx: CallCtx, input: ListAuditInput) {
  let query = ctx.db
    .selectFrom('audit_log as l')
    .select(['l.id', 'l.at', 'l.actor_kind', 'l.actor_id', 'l.actor_name', 'l.via', 'l.action'])
    .select(['l.entity_type', 'l.entity_id', 'l.entity_ref', 'l.before', 'l.after', 'l.reason'])
    .select(['l.cause_id', 'l.request_id', 'l.ip', 'l.agent', 'l.redacted_by'])
  if (input.entityType) query = query.where('l.entity_type', '=', input.entityType)
  if (input.entityId) query = query.where('l.entity_id', '=', input.entityId)
  if (input.actorId) query = query.where('l.actor_id', '=', input.actorId)
  if (input.ref) {
    const types = REFS.map(([type]) => type)
    query = query.where('l.entity_type', 'in', types).where('l.entity_id', 'in', [NOBODY, ...(await bearersOf(ctx, input.ref))])
  }
  if (input.via) query = query.where('l.via', '=', input.via)
  if (input.requestId) query = query.where('l.request_id', '=', input.requestId)
  if (input.causeId) query = query.where('l.cause_id', '=', input.causeId)
  if (input.action) query = query.where('l.action', '=', input.action)
  if (input.from) query = query.where('l.at', '>=', input.from)
  if (input.to) query = query.where('l.at', '<', input.to)
  const page = await pageOf(query, input, SORTS, 'l.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      id: row.id,
      at: row.at,
      actor: { kind: row.actor_kind, id: row.actor_id, name: row.actor_name },
      via: row.via,
      action: row.action,
      entity: { type: row.entity_type, id: row.entity_id, ref: row.entity_ref },
      before: row.before,
      after: row.after,
      reason: row.reason,
      causeId: row.cause_id,
      requestId: row.request_id,
      ip: row.ip,
      agent: row.agent,
      redactedBy: row.redacted_by,
    })),
  }
}
