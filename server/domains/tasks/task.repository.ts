import type { Selectable } from 'kysely'
import type { TasksTable } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleTasks } from './task.policy.ts'

type Columns = (typeof TASK_COLUMNS)[number] extends `t.${infer Name}` ? Name : never
/** The columns of a row that its lifecycle and its lists read. */
export type TaskRow = Pick<Selectable<TasksTable>, Columns>

export const TASK_COLUMNS = [
  't.id',
  't.ref',
  't.type',
  't.subject',
  't.entity_type',
  't.entity_id',
  't.entity_ref',
  't.client_id',
  't.priority',
  't.status',
  't.status_reason',
  't.assignee_id',
  't.due_at',
  't.sla_deadline_at',
  't.completed_at',
  't.snoozed_at',
  't.claimed_until',
  't.version',
  't.created_by',
  't.created_at',
  't.updated_at',
] as const

/** Locks the task this actor may see, or throws `not_found`. */
export async function lockTask(tx: Tx, id: string): Promise<TaskRow> {
  const [row] = await tx.run(
    tx.db.selectFrom('tasks as t').select(TASK_COLUMNS).where('t.id', '=', id).where(visibleTasks(tx.ctx)).forUpdate('t'),
  )
  if (!row) throw notFound('task')
  return row
}
