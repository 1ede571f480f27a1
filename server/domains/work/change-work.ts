import { sql } from 'kysely'
import type { EventName } from '#server/outbox/catalogue.ts'
import type { Tx } from '#server/transact.ts'
import { clockOf } from './clock.ts'
import { columnOf, WORK, type WorkRow } from './work-item.ts'

/** Everything of an item that a change may set but its status. */
export type Changes = Partial<Omit<WorkRow, 'kind' | 'id' | 'ref' | 'status' | 'version' | 'created_at' | 'done_at'>>

export interface WorkChange {
  set: Changes
  /** Of the audit row, such as `snoozed`; none is written without. */
  action?: string
  reason?: string
  /** Other than `updated`. */
  event?: 'sla_warning' | 'sla_breached'
  payload?: Record<string, unknown>
  /** False for marks of the clock, which are no change a person could have missed. */
  counts?: boolean
}

export const NOT_SNOOZED = { snoozed_at: null, snoozed_until: null, snooze_event: null, snoozed_by: null } as const

/** Who takes a step works on it: it is put aside no longer, and a claim has become work. Only what there is to clear. */
export function workedOn(row: Pick<WorkRow, 'snoozed_at' | 'claimed_until'>) {
  return { ...(row.snoozed_at ? NOT_SNOOZED : {}), ...(row.claimed_until ? { claimed_until: null } : {}) }
}

/** Writes a change of a locked item that is no step: row, audit, event and clock. Returns the item as it will be. */
export function changeWork(tx: Tx, row: WorkRow, change: WorkChange): WorkRow {
  const { kind, id } = row
  const next: WorkRow = { ...row, ...change.set, version: row.version + (change.counts === false ? 0 : 1) }
  writeColumns(tx, next, change.set)
  const entity = { entityType: kind, entityId: id, entityRef: row.ref }
  const fields = Object.keys(change.set)
  if (change.action) {
    tx.audit({
      action: `${kind}.${change.action}`,
      ...entity,
      before: named(kind, row, fields),
      after: named(kind, next, fields),
      reason: change.reason ?? null,
    })
  }
  const type: EventName = `${kind}.${change.event ?? 'updated'}`
  tx.event({
    type,
    ...entity,
    payload: change.payload ?? { fields: fields.map((field) => columnOf(kind, field)) },
    timers: [clockOf(kind, id, WORK[kind].finished.includes(next.status) ? null : next)],
    assigneeId: next.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
  return next
}

function writeColumns(tx: Tx, next: WorkRow, set: Changes): void {
  const columns = Object.entries(set).map(([field, value]) => sql`${sql.ref(columnOf(next.kind, field))} = ${value}`)
  tx.send(sql`update ${sql.table(WORK[next.kind].table)}
    set ${sql.join([...columns, sql`version = ${next.version}`, sql`updated_at = ${tx.now}`])} where id = ${next.id}::uuid`)
}

/** These fields by the names of the kind's own columns. */
export function named(kind: WorkRow['kind'], row: WorkRow, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(fields.map((field) => [columnOf(kind, field), row[field as keyof WorkRow]]))
}
