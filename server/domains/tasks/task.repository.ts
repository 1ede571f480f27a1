import { type Selectable, sql } from 'kysely'
import type { TasksTable } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleTasks } from './task.policy.ts'

export type TaskRow = Omit<Selectable<TasksTable>, 'details' | 'priority_rank' | 'dedupe_key'>

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

/** A late click on what was free a moment ago is told who was faster; anything older is simply not theirs to see. */
const FRESHLY_TAKEN_MINUTES = 10

/** Who took this open task from under everybody's eyes just now; undefined when it was never this actor's to see. */
export async function findFreshTaker(tx: Tx, id: string): Promise<string | undefined> {
  const since = new Date(tx.now.getTime() - FRESHLY_TAKEN_MINUTES * 60_000)
  const [row] = await tx.run(sql<{ name: string; was: string | null }>`
    select u.name, a.before ->> 'assignee_id' as was
    from tasks t join users u on u.id = t.assignee_id
    join lateral (
      select before from audit_log
      where entity_type = 'task' and entity_id = t.id and at > ${since}::timestamptz and after ? 'assignee_id'
      order by at desc, id desc limit 1) a on true
    where t.id = ${id}::uuid and t.status in ('open', 'in_progress')`)
  return row && row.was === null ? row.name : undefined
}
