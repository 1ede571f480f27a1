import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { may } from '#server/context.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { notFound } from '#server/errors.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import { isOneOf, MOST_CANDIDATES, partOf, refIn } from '#server/trpc/candidates.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { taskLifecycle } from './task.machine.ts'
import { visibleTasks } from './task.policy.ts'
import { TASK_COLUMNS } from './task.repository.ts'
import type { ListTasksInput, TaskOut } from './task.schema.ts'

function withNames(db: Db) {
  return db
    .selectFrom('tasks as t')
    .leftJoin('clients as c', 'c.id', 't.client_id')
    .leftJoin('users as a', 'a.id', 't.assignee_id')
    .select(TASK_COLUMNS)
    .select(['c.ref as client_ref', 'c.name as client_name', 'a.name as assignee_name'])
}

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 't.created_at', kind: 'time' } }

function readListRows(ctx: CallCtx, input: ListTasksInput) {
  let query = withNames(ctx.db).where(visibleTasks(ctx))

  if (input.priority) query = query.where('t.priority', 'in', input.priority)
  if (input.type) query = query.where('t.type', '=', input.type)
  if (input.entityType) query = query.where('t.entity_type', '=', input.entityType)
  if (input.entityId) query = query.where('t.entity_id', '=', input.entityId)
  if (input.assignedTo === 'none') query = query.where('t.assignee_id', 'is', null)
  else if (input.assignedTo === 'me') query = query.where('t.assignee_id', '=', ctx.actor.id)
  else if (input.assignedTo) query = query.where('t.assignee_id', '=', input.assignedTo)
  if (input.slaBreached !== undefined) {
    const breached = sql<boolean>`(t.status in ('open', 'in_progress') and t.sla_deadline_at < ${ctx.clock.now()}::timestamptz)`
    query = query.where(input.slaBreached ? breached : sql<boolean>`${breached} is not true`)
  }
  if (input.q) query = query.where(isMeant(ctx, input.q))
  return pageOf(query, input, SORTS, 't.id', { ref: 't.status', values: input.status })
}

/** By ref, by the ref of what it is about, and by words: a subject may name a client, whom not everyone may find. */
function isMeant(ctx: CallCtx, q: string) {
  const most = sql.lit(MOST_CANDIDATES)
  const ways = [
    sql<string>`select id from tasks where ref = ${refIn(q)}`,
    sql<string>`select id from tasks where entity_ref = ${refIn(q)} limit ${most}`,
  ]
  if (may(ctx, 'pii.read') || may(ctx, 'pii.read_own'))
    ways.push(sql<string>`select id from tasks where lower(subject) like ${partOf(q)} limit ${most}`)
  return isOneOf('t.id', ways)
}

type ListRow = Awaited<ReturnType<typeof readListRows>>['items'][number]

function listItem(row: ListRow, now: Date) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    type: row.type,
    subject: row.subject,
    priority: row.priority,
    entity: row.entity_type && row.entity_id ? { type: row.entity_type, id: row.entity_id, ref: row.entity_ref } : null,
    client: row.client_id ? { id: row.client_id, ref: row.client_ref ?? '', name: row.client_name ?? '' } : null,
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name ?? '' } : null,
    dueAt: row.due_at,
    slaDeadlineAt: row.sla_deadline_at,
    slaBreached: row.completed_at === null && row.sla_deadline_at !== null && row.sla_deadline_at < now,
    completedAt: row.completed_at,
  }
}

export async function listTasks(ctx: CallCtx, input: ListTasksInput) {
  const page = await readListRows(ctx, input)
  const now = ctx.clock.now()
  return { ...page, items: page.items.map((row) => listItem(row, now)) }
}

/** One task as its panel shows it, with the steps possible for this person. Throws `not_found`. */
export async function readTask(ctx: CallCtx, id: string): Promise<TaskOut> {
  const row = await withNames(ctx.db)
    .leftJoin('users as m', 'm.id', 't.created_by')
    .select(['t.details', 'm.name as maker_name'])
    .where('t.id', '=', id)
    .where(visibleTasks(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('task')
  return {
    ...listItem(row, ctx.clock.now()),
    details: row.details,
    statusReason: row.status_reason,
    createdBy: row.created_by ? { id: row.created_by, name: row.maker_name ?? '' } : null,
    notes: await listNotes(ctx.db, 'task', id),
    possible: may(ctx, 'tasks.write') ? possibleFrom(taskLifecycle, row.status, {}) : [],
  }
}
