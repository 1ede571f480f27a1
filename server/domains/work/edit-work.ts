import { sql } from 'kysely'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { type Changes, changeWork } from './change-work.ts'
import { warnBefore } from './clock.ts'
import { type Kind, type Level, levelOf, RANKS, type WorkRow } from './work-item.ts'

export interface WorkEdit {
  subject?: string
  level?: Level
  type?: string
  dueAt?: Date | null
  slaDeadlineAt?: Date | null
}

/**
 * Changes what a locked item says and how soon it is due. A level that rises gives it the new level's time from now, if
 * that is sooner than the deadline it has; one that falls the new level's time from its beginning. Returns the item as
 * it will be, or as it is when nothing differs.
 */
export async function editWork(tx: Tx, row: WorkRow, edit: WorkEdit): Promise<WorkRow> {
  if (row.done_at) throw new AppError('conflict', `This ${row.kind} is finished; what it says stays as it is.`)
  if (edit.dueAt !== undefined && row.kind === 'exception')
    throw invalid('dueAt', 'an exception has a deadline, and no day of its own')
  const set: Changes = {}
  if (edit.subject !== undefined && edit.subject !== row.subject) set.subject = edit.subject
  if (edit.type !== undefined && edit.type !== row.type) set.type = edit.type
  if (edit.dueAt !== undefined && edit.dueAt?.getTime() !== row.due_at?.getTime()) set.due_at = edit.dueAt
  const level = edit.level === undefined ? row.level : levelOf(row.kind, edit.level)
  if (level !== row.level) set.level = level
  const deadline = edit.slaDeadlineAt !== undefined ? edit.slaDeadlineAt : await deadlineFor(tx, row, level)
  if (deadline?.getTime() !== row.sla_deadline_at?.getTime()) Object.assign(set, newDeadline(tx, deadline))
  return Object.keys(set).length === 0 ? row : changeWork(tx, row, { action: 'updated', set })
}

/** A deadline of its own warning and breach: what was said of the old one is forgotten. */
function newDeadline(tx: Tx, deadline: Date | null): Changes {
  if (deadline && deadline <= tx.now) throw invalid('slaDeadlineAt', 'lies in the past')
  return {
    sla_deadline_at: deadline,
    sla_warn_at: deadline && warnBefore(deadline, tx.now),
    sla_warned_at: null,
    sla_breached_at: null,
  }
}

async function deadlineFor(tx: Tx, row: WorkRow, level: Level): Promise<Date | null> {
  if (level === row.level || row.sla_deadline_at === null) return row.sla_deadline_at
  const minutes = await minutesOf(tx, row.kind, row.type, level)
  if (minutes === null) return row.sla_deadline_at
  const from = (start: Date) => new Date(start.getTime() + minutes * 60_000)
  if (RANKS[level] < RANKS[row.level]) return from(tx.now) < row.sla_deadline_at ? from(tx.now) : row.sla_deadline_at
  const later = from(row.created_at)
  return later > row.sla_deadline_at && later > tx.now ? later : row.sla_deadline_at
}

async function minutesOf(tx: Tx, kind: Kind, type: string, level: Level): Promise<number | null> {
  const [policy] = await tx.run(sql<{ minutes: number }>`
    select minutes from sla_policies where subject = ${kind} and type in (${type}, 'default') and priority = ${level}
    order by type = 'default' limit 1`)
  return policy?.minutes ?? null
}
