import { sql } from 'kysely'
import type { ExceptionEntity, ExceptionType, Severity } from '#db/tables/index.ts'
import { clockOf, UNTOUCHED, warnAfter } from '#server/domains/work/index.ts'
import type { Tx } from '#server/transact.ts'

export interface NewException {
  type: ExceptionType
  severity: Severity
  summary: string
  details?: Record<string, unknown>
  entityType?: ExceptionEntity
  entityId?: string
  entityRef?: string
  clientId?: string
  /** At most one unresolved exception has this key: the next ones are counted on it. */
  dedupeKey?: string
}

interface Raised {
  id: string
  ref: string
  occurrences: number
  assignee_id: string | null
  sla_deadline_at: Date | null
  sla_warn_at: Date | null
  is_new: boolean
}

/**
 * Raises an exception, open, with its SLA deadline (policy of its type, else `default`, by severity). With a
 * `dedupeKey` that an unresolved one has already, that one counts one more occurrence and is returned.
 */
export async function raiseException(tx: Tx, exception: NewException): Promise<{ id: string; ref: string }> {
  const { actor } = tx.ctx
  const { type, severity } = exception
  const minutes = sql<number>`(
    select minutes from sla_policies where subject = 'exception' and type in (${type}, 'default') and priority = ${severity}
    order by type = 'default' limit 1)`
  // The predicate is literal text: PostgreSQL infers a partial unique index only from constants.
  const [row] = await tx.run(sql<Raised>`
    insert into exceptions (id, type, severity, status, entity_type, entity_id, entity_ref, client_id, summary, details,
      sla_deadline_at, sla_warn_at, dedupe_key, created_by, created_at, updated_at)
    values (${tx.ctx.ids.next()}::uuid, ${type}, ${severity}, 'open', ${exception.entityType ?? null},
      ${exception.entityId ?? null}::uuid, ${exception.entityRef ?? null}, ${exception.clientId ?? null}::uuid,
      ${exception.summary.slice(0, 300)}, ${JSON.stringify(exception.details ?? {})}::jsonb,
      ${tx.now}::timestamptz + make_interval(mins => ${minutes}), ${warnAfter(tx.now, minutes)},
      ${exception.dedupeKey ?? null}, ${actor.kind === 'user' ? actor.id : null}::uuid, ${tx.now}, ${tx.now})
    on conflict (dedupe_key) where dedupe_key is not null and status in ('open', 'investigating')
      do update set occurrences = exceptions.occurrences + 1, version = exceptions.version + 1, updated_at = excluded.updated_at
    returning id, ref, occurrences, assignee_id, sla_deadline_at, sla_warn_at, (xmax = 0) as is_new`)
  if (!row) throw new Error('an exception is always inserted or counted')
  announce(tx, exception, row)
  return { id: row.id, ref: row.ref }
}

function announce(tx: Tx, exception: NewException, row: Raised): void {
  const { type, severity } = exception
  const entity = { entityType: 'exception', entityId: row.id, entityRef: row.ref }
  const about = { type, severity, entityType: exception.entityType ?? null, entityId: exception.entityId ?? null }
  const name = row.is_new ? 'exception.created' : 'exception.updated'
  tx.audit({
    action: name,
    ...entity,
    before: row.is_new ? null : { occurrences: row.occurrences - 1 },
    after: row.is_new ? { ...about, summary: exception.summary, status: 'open' } : { occurrences: row.occurrences },
  })
  tx.event({
    type: name,
    ...entity,
    payload: { ...about, occurrences: row.occurrences, slaDeadlineAt: row.sla_deadline_at?.toISOString() ?? null },
    timers: row.is_new ? [clockOf('exception', row.id, { ...UNTOUCHED, ...row })] : undefined,
    assigneeId: row.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
}
