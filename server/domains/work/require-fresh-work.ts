import { sql } from 'kysely'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { columnOf, type WorkRow } from './work-item.ts'

/** Audit rows that leave the version as it was. */
const NO_CHANGE = ['note_added', 'note_removed', 'transition_refused', 'created', 'sla_breached']
const MOST_TOLD = 20

interface Change {
  at: Date
  by: string
  fields: string[] | null
}

/**
 * Throws `stale_write` when someone changed the item since the person saw it: what changed, by whom and when, with the
 * values it has now.
 */
export async function requireFreshWork(tx: Tx, row: WorkRow, expected: number | undefined): Promise<void> {
  if (expected === undefined || expected === row.version) return
  const missed = Math.min(Math.max(row.version - expected, 1), MOST_TOLD)
  const changes = await readChanges(tx, row, missed)
  const last = changes[0]
  const fields = [...new Set(['status', ...changes.flatMap((change) => change.fields ?? [])])]
  const named = fields.map((column) => fieldOf(row, column)).filter((field) => field in FIELDS)
  const changed = Object.fromEntries(named.map((field) => [camel(field), row[field as keyof WorkRow] ?? null]))
  const who = last ? `${last.by} changed this meanwhile` : 'Someone changed this meanwhile'
  const what = Object.keys(changed).filter(
    (field) => field !== 'status' || changes.some((change) => change.fields?.includes('status')),
  )
  throw new AppError(
    'stale_write',
    `${who}${what.length > 0 ? ` (${what.map(spaced).join(', ')})` : ''}. Look at the current state and try again.`,
    {
      currentVersion: row.version,
      changed,
      ...(last ? { changedBy: last.by, changedAt: last.at.toISOString() } : {}),
    },
  )
}

/** Who changed the item last; undefined when the trail doesn't say. */
export async function lastChanger(tx: Tx, row: WorkRow): Promise<string | undefined> {
  return (await readChanges(tx, row, 1))[0]?.by
}

function readChanges(tx: Tx, row: WorkRow, limit: number): Promise<Change[]> {
  const unchanged = NO_CHANGE.map((action) => `${row.kind}.${action}`)
  return tx.run(sql<Change>`
    select at, actor_name as by, (select array_agg(key) from jsonb_object_keys(after) as key) as fields from audit_log
    where entity_type = ${row.kind} and entity_id = ${row.id}::uuid and action <> all(${unchanged}::text[])
    order by at desc, id desc limit ${limit}`)
}

/** Fields a person is told of. */
const FIELDS: Readonly<Record<string, true>> = Object.fromEntries(
  [
    'status',
    'assignee_id',
    'level',
    'subject',
    'type',
    'due_at',
    'sla_deadline_at',
    'snoozed_until',
    'snooze_event',
    'words',
  ].map((field) => [field, true]),
)

function fieldOf(row: WorkRow, column: string): string {
  return ['level', 'subject', 'words'].find((field) => columnOf(row.kind, field) === column) ?? column
}
function camel(field: string): string {
  return field.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}
function spaced(field: string): string {
  return field.replace(/Id$/, '').replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}
