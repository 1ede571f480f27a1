import { type Selectable, sql } from 'kysely'
import type { ExceptionsTable } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleExceptions } from './exception.policy.ts'

export type ExceptionRow = Omit<Selectable<ExceptionsTable>, 'details' | 'severity_rank' | 'dedupe_key'>

export const EXCEPTION_COLUMNS = [
  'x.id',
  'x.ref',
  'x.type',
  'x.severity',
  'x.status',
  'x.entity_type',
  'x.entity_id',
  'x.entity_ref',
  'x.client_id',
  'x.summary',
  'x.resolution',
  'x.assignee_id',
  'x.sla_deadline_at',
  'x.closed_at',
  'x.occurrences',
  'x.version',
  'x.created_by',
  'x.created_at',
  'x.updated_at',
] as const

/** Locks the exception this actor may see, or throws `not_found`. */
export async function lockException(tx: Tx, id: string): Promise<ExceptionRow> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('exceptions as x')
      .select(EXCEPTION_COLUMNS)
      .where('x.id', '=', id)
      .where(visibleExceptions(tx.ctx))
      .forUpdate('x'),
  )
  if (!row) throw notFound('exception')
  return row
}

/** A late click on what was free a moment ago is told who was faster; anything older is simply not theirs to see. */
const FRESHLY_TAKEN_MINUTES = 10

/** Who took this unresolved exception just now; undefined when it was never this actor's to see. */
export async function findFreshTaker(tx: Tx, id: string): Promise<string | undefined> {
  const since = new Date(tx.now.getTime() - FRESHLY_TAKEN_MINUTES * 60_000)
  const [row] = await tx.run(sql<{ name: string; was: string | null }>`
    select u.name, a.before ->> 'assignee_id' as was
    from exceptions x join users u on u.id = x.assignee_id
    join lateral (
      select before from audit_log
      where entity_type = 'exception' and entity_id = x.id and at > ${since}::timestamptz and after ? 'assignee_id'
      order by at desc, id desc limit 1) a on true
    where x.id = ${id}::uuid and x.status in ('open', 'investigating')`)
  return row && row.was === null ? row.name : undefined
}
