import { sql } from 'kysely'
import { columnOf, type Kind, type WorkRow } from '#server/domains/work/index.ts'
import { UNDO_MINUTES } from '#server/lifecycle/undo.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { UndoOut } from './action-center.schema.ts'

/** How long a toast offers it; by key it can be taken back until its minutes are over. */
const SHOWN_SECONDS = 30

/** What a person's action may change of an item, and an undo puts back. */
const TAKEN_BACK = [
  'status',
  'words',
  'type',
  'subject',
  'level',
  'assignee_id',
  'due_at',
  'sla_deadline_at',
  'sla_warn_at',
  'sla_warned_at',
  'sla_breached_at',
  'done_at',
  'snoozed_at',
  'snoozed_until',
  'snooze_event',
  'snoozed_by',
  'returned_at',
  'returned_because',
  'claimed_until',
] as const satisfies readonly (keyof WorkRow)[]

/** The inverse of an action as data: columns as they were before it, and the note it added. */
export interface Inverse {
  columns: Record<string, unknown>
  noteId?: string
  /** The action made the item: it is withdrawn along its lifecycle. */
  withdraw?: true
}

function same(a: unknown, b: unknown): boolean {
  return a instanceof Date && b instanceof Date ? a.getTime() === b.getTime() : a === b
}

/** What differs between an item before and after; undefined when nothing does. */
export function inverseOf(before: WorkRow, after: WorkRow, noteId?: string): Inverse | undefined {
  const changed = TAKEN_BACK.filter((field) => !same(before[field], after[field]))
  if (changed.length === 0 && noteId === undefined) return undefined
  const columns = Object.fromEntries(changed.map((field) => [columnOf(before.kind, field), before[field]]))
  return { columns, ...(noteId === undefined ? {} : { noteId }) }
}

interface Step {
  kind: Kind
  id: string
  ref: string
  /** As the action left it. */
  version: number
  inverse: Inverse
}

/** Opens an entry that steps are added to; with the key of a bulk action the one there is. */
export function openUndo(tx: Tx, label: string, entry: { id: string; bulkKey?: string }): void {
  const { id } = tx.ctx.actor
  tx.send(sql`insert into undo_entries (id, actor_id, label, bulk_key, created_at, expires_at)
    values (${entry.id}::uuid, ${id}::uuid, ${label.slice(0, 100)}, ${entry.bulkKey ?? null}::uuid, ${tx.now}, ${expiry(tx.now)})
    on conflict do nothing`)
}

export function addStep(tx: Tx, undoId: string, { kind, id, ref, version, inverse }: Step): void {
  tx.send(sql`insert into undo_steps (undo_id, kind, item_id, item_ref, version, inverse)
    values (${undoId}::uuid, ${kind}, ${id}::uuid, ${ref}, ${version}, ${JSON.stringify(inverse)}::jsonb)`)
}

function expiry(now: Date): Date {
  return new Date(now.getTime() + UNDO_MINUTES * 60_000)
}

export function undoOf(id: string, label: string, at: Date): UndoOut {
  return { id, label, until: expiry(at), shownSeconds: SHOWN_SECONDS }
}

/** What this person can still take back, newest first. */
export async function listUndos(ctx: CallCtx) {
  const { rows } = await sql<{ id: string; label: string; created_at: Date }>`
    select id, label, created_at from undo_entries e
    where actor_id = ${ctx.actor.id}::uuid and undone_at is null and expires_at > ${ctx.clock.now()}::timestamptz
      and exists (select 1 from undo_steps s where s.undo_id = e.id and s.undone_at is null)
    order by created_at desc, id desc limit 20`.execute(ctx.db)
  return { items: rows.flatMap((row) => undoOf(row.id, row.label, row.created_at) ?? []) }
}
