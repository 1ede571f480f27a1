import { type Selectable, sql } from 'kysely'
import type { TimeBlocksTable } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { readableRules } from './availability.policy.ts'
import { expireLapsed } from './judge-time.ts'
import { hasLapsed, insertBlock, lockModels, moveBlock, probeTime, releaseBlock } from './ledger.repository.ts'
import { tellOfModel } from './save-exception.ts'
import { requireModel } from './save-rule.ts'
import { type AddTimeOffInput, type MoveTimeOffInput, timeOffProblem } from './time-off.schema.ts'

/** A stretch that nobody may sell: no rule is asked, only what stands in the ledger. */
interface Stretch {
  modelId: string
  startsAt: Date
  endsAt: Date
}

/**
 * Takes time off in the ledger, under the model's lock. Throws `taken` with what stands there: a booking is moved or
 * cancelled by someone, never by time off.
 */
export async function addTimeOff(tx: Tx, input: AddTimeOffInput): Promise<string> {
  await requireModel(tx, input.modelId)
  const stretch = { modelId: input.modelId, startsAt: input.start, endsAt: input.end }
  await requireUnsold(tx, stretch, null)
  const reason = input.reason || null
  const id = insertBlock(tx, { ...stretch, minutesBefore: 0, minutesAfter: 0, kind: 'time_off', reason })
  tx.audit({
    action: 'time_off.created',
    entityType: 'time_off',
    entityId: id,
    after: { model_id: input.modelId, starts_at: input.start, ends_at: input.end, reason },
  })
  tellOfModel(tx, input.modelId, { blockId: id })
  return id
}

/** Moves it, or changes its ends: the old stretch is free exactly when the new one is taken. */
export async function moveTimeOff(tx: Tx, input: MoveTimeOffInput): Promise<void> {
  const row = await lockTimeOff(tx, input.id)
  const to = {
    modelId: input.modelId ?? row.model_id,
    startsAt: input.start ?? row.starts_at,
    endsAt: input.end ?? row.ends_at,
  }
  const problem = timeOffProblem(to.startsAt, to.endsAt)
  if (problem !== null) throw invalid(input.end === undefined ? 'start' : 'end', problem)
  const reason = input.reason === undefined ? row.reason : input.reason || null
  const before = { model_id: row.model_id, starts_at: row.starts_at, ends_at: row.ends_at, reason: row.reason }
  const change = differences(before, { model_id: to.modelId, starts_at: to.startsAt, ends_at: to.endsAt, reason })
  if (Object.keys(change.after).length === 0) return
  if (to.modelId !== row.model_id) await requireModel(tx, to.modelId)
  await requireUnsold(tx, to, row.id, [row.model_id])
  moveBlock(tx, { blockId: row.id }, { ...to, minutesBefore: 0, minutesAfter: 0 })
  if (reason !== row.reason) {
    tx.send(tx.db.updateTable('time_blocks').set({ reason }).where('id', '=', row.id))
  }
  tx.audit({ action: 'time_off.updated', entityType: 'time_off', entityId: row.id, ...change })
  for (const modelId of new Set([row.model_id, to.modelId])) tellOfModel(tx, modelId, { blockId: row.id })
}

/** Gives it back. */
export async function removeTimeOff(tx: Tx, id: string): Promise<void> {
  const row = await lockTimeOff(tx, id)
  releaseBlock(tx, { blockId: id })
  tx.audit({
    action: 'time_off.removed',
    entityType: 'time_off',
    entityId: id,
    before: { model_id: row.model_id, starts_at: row.starts_at, ends_at: row.ends_at, reason: row.reason },
  })
  tellOfModel(tx, row.model_id, { blockId: id })
}

async function lockTimeOff(tx: Tx, id: string): Promise<Selectable<TimeBlocksTable>> {
  const [row] = await tx.run(
    sql<Selectable<TimeBlocksTable>>`select * from time_blocks where id = ${id}::uuid and kind = 'time_off' and active
      and ${readableRules(tx.ctx)} for update`,
  )
  if (!row) throw notFound('time off')
  return row
}

/** Locks the models and throws `taken` when something else stands over this stretch. */
async function requireUnsold(tx: Tx, stretch: Stretch, ownId: string | null, also: readonly string[] = []): Promise<void> {
  lockModels(tx, [stretch.modelId, ...also])
  for (;;) {
    const overlap = await probeTime(tx, { ...stretch, minutesBefore: 0, minutesAfter: 0 }, { bookingId: null, holdId: ownId })
    if (!overlap) return
    if (hasLapsed(overlap, tx.now) && (await expireLapsed(tx, overlap))) continue
    throw new AppError('taken', 'Something stands there already. Move or cancel that first.', {
      conflict: { from: overlap.from.toISOString(), to: overlap.to.toISOString() },
      alternatives: [],
    })
  }
}
