import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Priority, Severity, SnoozeEvent } from '#db/tables/index.ts'

/** What waits for a person: tasks and exceptions, which are worked alike. */
export const KINDS = ['task', 'exception'] as const
export type Kind = (typeof KINDS)[number]
export type Level = Priority | Severity

/** One item as both kinds have it; their own words for a column are in WORK. */
export interface WorkRow {
  kind: Kind
  id: string
  ref: string
  type: string
  /** A task's subject, an exception's summary. */
  subject: string
  /** A task's priority, an exception's severity. */
  level: Level
  status: string
  /** A task's reason of its last step, an exception's resolution. */
  words: string | null
  version: number
  entity_type: string | null
  entity_id: string | null
  entity_ref: string | null
  client_id: string | null
  assignee_id: string | null
  /** Tasks only. */
  due_at: Date | null
  sla_deadline_at: Date | null
  sla_warn_at: Date | null
  sla_warned_at: Date | null
  sla_breached_at: Date | null
  done_at: Date | null
  snoozed_at: Date | null
  snoozed_until: Date | null
  snooze_event: SnoozeEvent | null
  snoozed_by: string | null
  returned_at: Date | null
  returned_because: string | null
  claimed_until: Date | null
  created_at: Date
}

/** How a kind spells the same thing. */
export interface Source {
  table: 'tasks' | 'exceptions'
  alias: 't' | 'x'
  /** Names of columns that differ between the kinds. */
  names: { level: string; subject: string; words: string; done_at: string }
  rank: RawBuilder<number>
  /** Literal, so that the partial indexes are used. */
  unfinished: RawBuilder<SqlBool>
  finished: readonly string[]
}

export const WORK: Record<Kind, Source> = {
  task: {
    table: 'tasks',
    alias: 't',
    names: { level: 'priority', subject: 'subject', words: 'status_reason', done_at: 'completed_at' },
    rank: sql`t.priority_rank`,
    unfinished: sql`t.status in ('open', 'in_progress')`,
    finished: ['done', 'failed', 'cancelled'],
  },
  exception: {
    table: 'exceptions',
    alias: 'x',
    names: { level: 'severity', subject: 'summary', words: 'resolution', done_at: 'closed_at' },
    rank: sql`x.severity_rank`,
    unfinished: sql`x.status in ('open', 'investigating')`,
    finished: ['resolved', 'dismissed'],
  },
}

export const RANKS = { critical: 0, high: 1, normal: 2, medium: 2, low: 3 } as const satisfies Record<Level, number>

/** The level of a kind by its name in either: normal for tasks is medium for exceptions. */
export function levelOf(kind: Kind, level: Level): Level {
  if (kind === 'task') return level === 'medium' ? 'normal' : level
  return level === 'normal' ? 'medium' : level
}

/** The column of a kind that holds this field of WorkRow. */
export function columnOf(kind: Kind, field: string): string {
  const names: Record<string, string> = WORK[kind].names
  return names[field] ?? field
}

const SAME = [
  'id',
  'ref',
  'type',
  'status',
  'version',
  'entity_type',
  'entity_id',
  'entity_ref',
  'client_id',
  'assignee_id',
  'sla_deadline_at',
  'sla_warn_at',
  'sla_warned_at',
  'sla_breached_at',
  'snoozed_at',
  'snoozed_until',
  'snooze_event',
  'snoozed_by',
  'returned_at',
  'returned_because',
  'claimed_until',
  'created_at',
] as const

/** The columns of WorkRow, from the kind's table under its alias. */
export function workColumns(kind: Kind): RawBuilder<WorkRow> {
  const { alias, names } = WORK[kind]
  const own = Object.entries(names).map(([field, column]) => sql`${sql.ref(`${alias}.${column}`)} as ${sql.ref(field)}`)
  const due = kind === 'task' ? sql`t.due_at` : sql`null::timestamptz as due_at`
  const same = SAME.map((column) => sql.ref(`${alias}.${column}`))
  return sql`${sql.lit(kind)} as kind, ${sql.join([...same, ...own, due])}`
}

/** The kind's table under its alias. */
export function workTable(kind: Kind): RawBuilder<unknown> {
  const { table, alias } = WORK[kind]
  return sql`${sql.table(table)} ${sql.ref(alias)}`
}
