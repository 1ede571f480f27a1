import { differences } from '#server/differences.ts'
import { notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { readableRules } from './availability.policy.ts'
import type { CreateExceptionInput, UpdateExceptionInput } from './day-exception.schema.ts'
import { minuteOf, stretchOf } from './rule.schema.ts'
import { requireModel } from './save-rule.ts'

export interface NewException {
  modelId: string
  day: string
  opens: boolean
  /** Minutes since midnight of that day. */
  from: number
  to: number
  note: string
}

/** One day of one model is different. */
export async function createException(tx: Tx, input: CreateExceptionInput): Promise<string> {
  await requireModel(tx, input.modelId)
  const id = await insertException(tx, { ...input, ...stretchOf(input.from, input.to) })
  tellOfModel(tx, input.modelId, { exceptionId: id })
  return id
}

/** Writes and audits; whoever calls tells of it. */
export async function insertException(tx: Tx, exception: NewException): Promise<string> {
  const id = tx.ctx.ids.next()
  const values = {
    model_id: exception.modelId,
    on_day: exception.day,
    opens: exception.opens,
    from_minute: exception.from,
    to_minute: exception.to,
    note: exception.note,
  }
  tx.send(
    tx.db.insertInto('availability_exceptions').values({
      id,
      ...values,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.audit({ action: 'availability_exception.created', entityType: 'availability_exception', entityId: id, after: values })
  return id
}

/** Throws `not_found`, `stale_write`, `invalid`. */
export async function updateException(tx: Tx, input: UpdateExceptionInput): Promise<void> {
  const row = await lockException(tx, input.id)
  const { on_day, opens, from_minute, to_minute, note } = row
  const before = { on_day, opens, from_minute, to_minute, note }
  requireVersion({ ...row, status: '' }, input.version, before)
  const from = input.from === undefined ? from_minute : minuteOf(input.from)
  const to = input.to === undefined ? to_minute : minuteOf(input.to)
  const after = {
    on_day: input.day ?? on_day,
    opens: input.opens ?? opens,
    from_minute: from,
    to_minute: to > from ? to : to + 1440,
    note: input.note ?? note,
  }
  tx.send(
    tx.db
      .updateTable('availability_exceptions')
      .set({ ...after, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  const change = differences(before, after)
  tx.audit({ action: 'availability_exception.updated', entityType: 'availability_exception', entityId: row.id, ...change })
  tellOfModel(tx, row.model_id, { exceptionId: row.id })
}

/** Throws `not_found`. */
export async function deleteException(tx: Tx, id: string): Promise<{ id: string }> {
  const { model_id, on_day, opens, from_minute, to_minute, note } = await lockException(tx, id)
  tx.send(tx.db.deleteFrom('availability_exceptions').where('id', '=', id))
  const before = { model_id, on_day, opens, from_minute, to_minute, note }
  tx.audit({ action: 'availability_exception.deleted', entityType: 'availability_exception', entityId: id, before })
  tellOfModel(tx, model_id, { exceptionId: id })
  return { id }
}

async function lockException(tx: Tx, id: string) {
  const [row] = await tx.run(
    tx.db.selectFrom('availability_exceptions').selectAll().where('id', '=', id).where(readableRules(tx.ctx)).forUpdate(),
  )
  if (!row) throw notFound('exception')
  return row
}

/** What this model is offered changed: screens look again, and what follows from it is worked out anew. */
export function tellOfModel(tx: Tx, modelId: string, what: { slotId?: string; exceptionId?: string; blockId?: string }): void {
  tx.event({ type: 'model.availability_changed', entityType: 'model', entityId: modelId, payload: what })
}
