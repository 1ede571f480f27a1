import type { Selectable } from 'kysely'
import type { ExceptionsTable } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleExceptions } from './exception.policy.ts'

type Columns = (typeof EXCEPTION_COLUMNS)[number] extends `x.${infer Name}` ? Name : never
/** The columns of a row that its lifecycle and its lists read. */
export type ExceptionRow = Pick<Selectable<ExceptionsTable>, Columns>

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
  'x.snoozed_at',
  'x.claimed_until',
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
