import { sql } from 'kysely'
import { requireAccess } from '#server/auth/require-access.ts'
import { clockOf, columnOf, type Kind, lastChanger, lockAnyWork, WORK, type WorkRow } from '#server/domains/work/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import { requireUndoable, UNDO_MINUTES, wayBack } from '#server/lifecycle/undo.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { LIFECYCLE_OF } from './desk-actions.ts'
import { perform } from './perform.ts'
import type { Inverse } from './record-undo.ts'

/** Where a lifecycle has what should not have been made. */
const WITHDRAWN = { task: 'cancelled', exception: 'dismissed' } as const

interface Entry {
  id: string
  label: string
  created_at: Date
  expires_at: Date
}
interface Step {
  kind: Kind
  item_id: string
  item_ref: string
  version: number
  inverse: Inverse
  undone_at: Date | null
}

/**
 * Takes back what one did, if nobody has moved on: each item in a transaction of its own, audited as `undone` with the
 * event it takes back as its cause. Throws `not_found` for what is another's, `conflict` with the sentence when nothing
 * could be taken back.
 */
export async function undo(ctx: CallCtx, id: string) {
  const entry = await findEntry(ctx, id)
  const steps = await readSteps(ctx, id)
  const undone: { kind: Kind; id: string; ref: string }[] = []
  const refused: { kind: Kind; id: string; ref: string; text: string }[] = []
  for (const step of steps) {
    const item = { kind: step.kind, id: step.item_id, ref: step.item_ref }
    try {
      await undoStep(ctx, entry, step)
      undone.push(item)
    } catch (error) {
      if (!(error instanceof AppError)) throw error
      if (steps.length === 1) throw error
      refused.push({ ...item, text: error.message })
    }
  }
  if (undone.length === 0) throw new AppError('conflict', refused[0]?.text ?? 'There is nothing to undo.')
  const what = undone.length === 1 ? (undone[0]?.ref ?? '') : `${undone.length} items`
  const rest = refused.length > 0 ? ` ${refused.length} could not be: ${refused[0]?.text}` : ''
  return { undone, refused, text: `“${entry.label}” is undone for ${what}.${rest}` }
}

async function findEntry(ctx: CallCtx, id: string): Promise<Entry> {
  const { rows } = await sql<Entry>`
    select id, label, created_at, expires_at from undo_entries where id = ${id}::uuid and actor_id = ${ctx.actor.id}::uuid`.execute(
    ctx.db,
  )
  if (!rows[0]) throw notFound('action')
  return rows[0]
}

async function readSteps(ctx: CallCtx, id: string): Promise<Step[]> {
  const { rows } = await sql<Step>`
    select kind, item_id, item_ref, version, inverse, undone_at from undo_steps where undo_id = ${id}::uuid
    order by kind, item_id`.execute(ctx.db)
  return rows
}

async function undoStep(ctx: CallCtx, entry: Entry, step: Step): Promise<void> {
  requireAccess(ctx, `${step.kind}s.write`)
  const causeId = await eventOf(ctx, entry, step)
  await transact({ ...ctx, causeId }, async (tx) => {
    const row = await lockAnyWork(tx, step.kind, step.item_id)
    if (!row) throw notFound(step.kind)
    // After the item's lock: of two who undo at once the second sees that it is done.
    const [mark] = await tx.run(sql<{ undone_at: Date | null }>`
      select undone_at from undo_steps where undo_id = ${entry.id}::uuid and kind = ${step.kind} and item_id = ${step.item_id}::uuid`)
    const { withdraw, columns } = step.inverse
    const isOnlyNote = !withdraw && Object.keys(columns).length === 0
    const movedOn = !isOnlyNote && row.version !== step.version
    requireUndoable({
      label: entry.label,
      isTheirs: true,
      isUndone: mark?.undone_at !== null,
      isLate: tx.now >= entry.expires_at,
      movedOnBy: movedOn ? ((await lastChanger(tx, row)) ?? 'Someone') : null,
      hasFollowed: await hasFollowed(tx, causeId, step.item_id),
    })
    if (withdraw) await perform(tx, row, { action: 'move', to: WITHDRAWN[row.kind], through: true, reason: 'Made by mistake' })
    else if (!isOnlyNote) await putBack(tx, row, entry, step.inverse)
    if (step.inverse.noteId) removeNote(tx, row, step.inverse.noteId, isOnlyNote)
    tx.send(sql`update undo_steps set undone_at = ${tx.now}
      where undo_id = ${entry.id}::uuid and kind = ${step.kind} and item_id = ${step.item_id}::uuid`)
    tx.send(sql`update undo_entries e set undone_at = ${tx.now} where id = ${entry.id}::uuid
      and not exists (select 1 from undo_steps s where s.undo_id = e.id and s.undone_at is null)`)
  })
}

/** The event by which the action told of itself. */
async function eventOf(ctx: CallCtx, entry: Entry, step: Step): Promise<string | null> {
  const until = new Date(entry.created_at.getTime() + UNDO_MINUTES * 60_000)
  const { rows } = await sql<{ id: string }>`
    select id from domain_events where entity_type = ${step.kind} and entity_id = ${step.item_id}::uuid
      and actor_id is not distinct from ${ctx.actor.kind === 'user' ? ctx.actor.id : null}::uuid
      and occurred_at between ${entry.created_at}::timestamptz and ${until}::timestamptz
    order by position desc limit 1`.execute(ctx.db)
  return rows[0]?.id ?? null
}

/** Work on something else that began because of it; what the item's own clock did is no reason. */
async function hasFollowed(tx: Tx, causeId: string | null, itemId: string): Promise<boolean> {
  if (causeId === null) return false
  const [row] = await tx.run(sql<{ followed: boolean }>`
    select exists (select 1 from domain_events where cause_id = ${causeId}::uuid and entity_id <> ${itemId}::uuid) as followed`)
  return row?.followed ?? false
}

/** Every column as it was, the status along the ways back that the lifecycle has. */
async function putBack(tx: Tx, row: WorkRow, entry: Entry, { columns }: Inverse): Promise<void> {
  const { kind, id, ref } = row
  const table = sql.table(WORK[kind].table)
  const status = typeof columns.status === 'string' ? columns.status : row.status
  const way = wayBack(LIFECYCLE_OF[kind].undoEdges, row.status, status)
  if (!way) throw new AppError('conflict', `“${entry.label}” can not be undone.`)
  tx.send(sql`select set_config('virel.door', 'undo', true)`)
  for (const state of way.slice(0, -1)) tx.send(sql`update ${table} set status = ${state} where id = ${id}::uuid`)
  const sets = Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${value}`)
  await tx.run(sql`update ${table} set ${sql.join([...sets, sql`version = ${row.version + 1}`, sql`updated_at = ${tx.now}`])}
    where id = ${id}::uuid`)
  tx.send(sql`select set_config('virel.door', 'advance', true)`)
  const after = await lockAnyWork(tx, kind, id)
  if (!after) throw notFound(kind)
  const names = Object.keys(columns)
  const entity = { entityType: kind, entityId: id, entityRef: ref }
  tx.audit({
    action: `${kind}.undone`,
    ...entity,
    before: Object.fromEntries(names.map((name) => [name, currentOf(row, name)])),
    after: columns,
    reason: `Undid “${entry.label}”`,
  })
  tx.event({
    type: way.length > 0 ? `${kind}.status_changed` : `${kind}.updated`,
    ...entity,
    payload: way.length > 0 ? { from: row.status, to: status } : { fields: names },
    timers: [clockOf(kind, id, after.done_at ? null : after)],
    assigneeId: after.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
}

function currentOf(row: WorkRow, column: string): unknown {
  const field = (['level', 'subject', 'words', 'done_at'] as const).find((name) => columnOf(row.kind, name) === column)
  return row[field ?? (column as keyof WorkRow)]
}

function removeNote(tx: Tx, row: WorkRow, noteId: string, tells: boolean): void {
  tx.send(sql`update notes set deleted_at = ${tx.now} where id = ${noteId}::uuid and entity_id = ${row.id}::uuid`)
  const entity = { entityType: row.kind, entityId: row.id, entityRef: row.ref }
  tx.audit({ action: `${row.kind}.note_removed`, ...entity, after: { note: noteId } })
  if (tells) tx.event({ type: `${row.kind}.updated`, ...entity, payload: { fields: ['notes'] }, assigneeId: row.assignee_id })
}
