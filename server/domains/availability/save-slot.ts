import { sql } from 'kysely'
import type { SlotKind, SlotSource } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { readableRules } from './availability.policy.ts'
import { insertException, tellOfModel } from './save-exception.ts'
import { requireModel } from './save-rule.ts'
import { type CreateSlotInput, MOST_DAYS, type UpdateSlotInput } from './slot.schema.ts'
import { dateOf, wallTime } from './wall-clock.ts'

interface SlotRow {
  id: string
  model_id: string
  kind: SlotKind
  source: SlotSource
  confidence: number
  starts_at: Date
  ends_at: Date
  note: string
  version: number
  zone: string
}

/** Marks a stretch of a model's time by hand. Slots may overlap: what disagrees is found and shown, not refused. */
export async function createSlot(tx: Tx, input: CreateSlotInput): Promise<string> {
  await requireModel(tx, input.modelId)
  const id = tx.ctx.ids.next()
  const values = {
    model_id: input.modelId,
    kind: input.kind,
    source: 'manual' as const,
    confidence: input.confidence,
    starts_at: input.start,
    ends_at: input.end,
    note: input.note,
  }
  tx.send(
    tx.db.insertInto('availability_slots').values({
      id,
      ...values,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.audit({ action: 'availability_slot.created', entityType: 'availability_slot', entityId: id, after: values })
  tellOfModel(tx, input.modelId, { slotId: id })
  return id
}

/**
 * Moves, resizes or marks a slot. One that rules made becomes a manual one, and an exception keeps the rules from making
 * it again. Throws `not_found`, `stale_write`, `invalid`; `conflict` for one that comes from a calendar elsewhere.
 */
export async function updateSlot(tx: Tx, input: UpdateSlotInput): Promise<void> {
  const row = await lockSlot(tx, input.id)
  requireVersion({ ...row, status: row.kind }, input.version, { kind: row.kind, start: row.starts_at, end: row.ends_at })
  const before = { kind: row.kind, starts_at: row.starts_at, ends_at: row.ends_at, confidence: row.confidence, note: row.note }
  const after = {
    kind: input.kind ?? row.kind,
    starts_at: input.start ?? row.starts_at,
    ends_at: input.end ?? row.ends_at,
    confidence: input.confidence ?? row.confidence,
    note: input.note ?? row.note,
  }
  if (after.ends_at <= after.starts_at) throw invalid('end', 'must be after the start')
  if (after.ends_at.getTime() - after.starts_at.getTime() > MOST_DAYS * 86_400_000) {
    throw invalid('end', `must be at most ${MOST_DAYS} days after the start`)
  }
  if (row.source === 'automation') await keepAway(tx, row)
  tx.send(
    tx.db
      .updateTable('availability_slots')
      .set({ ...after, source: 'manual', version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  const change = differences({ ...before, source: row.source }, { ...after, source: 'manual' })
  tx.audit({ action: 'availability_slot.updated', entityType: 'availability_slot', entityId: row.id, ...change })
  tellOfModel(tx, row.model_id, { slotId: row.id })
}

/** Removes a slot; for one that rules made an exception closes its time. Throws as updateSlot does. */
export async function deleteSlot(tx: Tx, id: string): Promise<{ id: string; exceptionId: string | null }> {
  const row = await lockSlot(tx, id)
  const exceptionId = row.source === 'automation' ? await keepAway(tx, row) : null
  tx.send(tx.db.deleteFrom('availability_slots').where('id', '=', id))
  const { model_id, kind, source, confidence, starts_at, ends_at, note } = row
  const before = { model_id, kind, source, confidence, starts_at, ends_at, note }
  tx.audit({ action: 'availability_slot.deleted', entityType: 'availability_slot', entityId: id, before })
  tellOfModel(tx, model_id, { slotId: id })
  return { id, exceptionId }
}

async function lockSlot(tx: Tx, id: string): Promise<SlotRow> {
  const [row] = await tx.run(
    sql<SlotRow>`select s.id, s.model_id, s.kind, s.source, s.confidence, s.starts_at, s.ends_at, s.note, s.version, l.zone
      from availability_slots s join models m on m.id = s.model_id join locations l on l.id = m.primary_location_id
      where s.id = ${id}::uuid and ${readableRules(tx.ctx)} for update of s`,
  )
  if (!row) throw notFound('slot')
  if (row.source === 'sync') throw new AppError('conflict', 'This comes from a calendar kept elsewhere. Change it there.')
  return row
}

/** An exception that closes what the rules opened here. */
function keepAway(tx: Tx, row: SlotRow): Promise<string> {
  const start = wallTime(row.zone, row.starts_at.getTime())
  const end = wallTime(row.zone, row.ends_at.getTime())
  return insertException(tx, {
    modelId: row.model_id,
    day: dateOf(start.day),
    opens: false,
    from: Math.floor(start.minute),
    to: Math.min(2880, (end.day - start.day) * 1440 + Math.ceil(end.minute)),
    note: 'Changed in the calendar',
  })
}
