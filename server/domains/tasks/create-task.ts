import { sql } from 'kysely'
import type { Priority, TaskEntity } from '#db/tables/index.ts'
import { clockOf, UNTOUCHED, warnAfter } from '#server/domains/work/index.ts'
import type { Tx } from '#server/transact.ts'

export interface NewTask {
  /** What kind of work, e.g. `review_inquiry`; decides which SLA policy applies. */
  type: string
  subject: string
  details?: string
  priority: Priority
  entityType?: TaskEntity
  entityId?: string
  entityRef?: string
  clientId?: string
  dueAt?: Date
  /** At most one open task has this key: asking again answers the one there is. */
  dedupeKey?: string
  assigneeId?: string
}

/** A task that closes between being in the way and being read is tried again; more often than this is a defect. */
const TRIES = 5

/**
 * Makes a task, open, with its SLA deadline (policy of its type, else `default`, by priority). With a `dedupeKey` that
 * an open task has already, that one is returned and nothing is written: safe to run twice, and at once.
 */
export async function createTask(tx: Tx, task: NewTask): Promise<{ id: string; ref: string }> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const made = await insertTask(tx, task)
    if (made) {
      announce(tx, task, made)
      return { id: made.id, ref: made.ref }
    }
    const standing = await findByDedupeKey(tx, task.dedupeKey ?? '')
    if (standing) return standing
  }
  throw new Error(`task ${task.dedupeKey} is neither there nor can it be made`)
}

interface InsertedTask {
  id: string
  ref: string
  sla_deadline_at: Date | null
  sla_warn_at: Date | null
}

async function insertTask(tx: Tx, task: NewTask): Promise<InsertedTask | undefined> {
  const { actor } = tx.ctx
  const minutes = sql<number>`(
    select minutes from sla_policies where subject = 'task' and type in (${task.type}, 'default') and priority = ${task.priority}
    order by type = 'default' limit 1)`
  const [row] = await tx.run(
    tx.db
      .insertInto('tasks')
      .values({
        id: tx.ctx.ids.next(),
        type: task.type,
        subject: task.subject.slice(0, 300),
        details: task.details ?? '',
        entity_type: task.entityType ?? null,
        entity_id: task.entityId ?? null,
        entity_ref: task.entityRef ?? null,
        client_id: task.clientId ?? null,
        priority: task.priority,
        status: 'open',
        assignee_id: task.assigneeId ?? null,
        due_at: task.dueAt ?? null,
        sla_deadline_at: sql<Date | null>`${tx.now}::timestamptz + make_interval(mins => ${minutes})`,
        sla_warn_at: warnAfter(tx.now, minutes),
        dedupe_key: task.dedupeKey ?? null,
        created_by: actor.kind === 'user' ? actor.id : null,
        created_at: tx.now,
        updated_at: tx.now,
      })
      // Waits for a concurrent insert of the same key; the only unique key two tasks can share is the dedupe key.
      .onConflict((oc) => oc.doNothing())
      .returning(['id', 'ref', 'sla_deadline_at', 'sla_warn_at']),
  )
  return row
}

async function findByDedupeKey(tx: Tx, key: string): Promise<{ id: string; ref: string } | undefined> {
  const [row] = await tx.run(
    tx.db.selectFrom('tasks').select(['id', 'ref']).where('dedupe_key', '=', key).where('status', 'in', ['open', 'in_progress']),
  )
  return row
}

function announce(tx: Tx, task: NewTask, made: InsertedTask): void {
  const entity = { entityType: 'task', entityId: made.id, entityRef: made.ref }
  const about = { type: task.type, priority: task.priority, entityType: task.entityType ?? null, entityId: task.entityId ?? null }
  tx.audit({
    action: 'task.created',
    ...entity,
    after: { ...about, subject: task.subject, status: 'open', assignee_id: task.assigneeId ?? null },
  })
  tx.event({
    type: 'task.created',
    ...entity,
    payload: { ...about, slaDeadlineAt: made.sla_deadline_at?.toISOString() ?? null },
    timers: [clockOf('task', made.id, { ...UNTOUCHED, ...made })],
    assigneeId: task.assigneeId ?? null,
  })
}
