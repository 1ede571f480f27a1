import { differences } from '#server/differences.ts'
import { invalid, notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { CreateCoverInput, UpdateCoverInput } from './mismatch.schema.ts'

/** Asks for so many models at a place in given hours. Throws `invalid` for an unknown place. */
export async function createCoverRule(tx: Tx, input: CreateCoverInput): Promise<string> {
  const [place] = await tx.run(tx.db.selectFrom('locations').select('id').where('slug', '=', input.location))
  if (!place) throw invalid('location', `${input.location} is not a place of the agency`)
  requireLength(input.from, input.to)
  const id = tx.ctx.ids.next()
  const values = {
    location_id: place.id,
    name: input.name,
    weekdays: input.weekdays,
    from_minute: input.from,
    to_minute: input.to,
    needed: input.needed,
    is_active: input.active,
  }
  tx.send(
    tx.db.insertInto('cover_rules').values({
      id,
      ...values,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.audit({ action: 'cover_rule.created', entityType: 'cover_rule', entityId: id, after: values })
  tell(tx, id, place.id)
  return id
}

/** Changes the given fields. Throws `not_found`, `stale_write`, `invalid`. */
export async function updateCoverRule(tx: Tx, input: UpdateCoverInput): Promise<void> {
  const row = await lockCover(tx, input.id)
  requireVersion({ ...row, status: 'kept' }, input.version)
  const before = {
    name: row.name,
    weekdays: row.weekdays,
    from_minute: row.from_minute,
    to_minute: row.to_minute,
    needed: row.needed,
    is_active: row.is_active,
  }
  const after = {
    name: input.name ?? row.name,
    weekdays: input.weekdays ?? row.weekdays,
    from_minute: input.from ?? row.from_minute,
    to_minute: input.to ?? row.to_minute,
    needed: input.needed ?? row.needed,
    is_active: input.active ?? row.is_active,
  }
  requireLength(after.from_minute, after.to_minute)
  tx.send(
    tx.db
      .updateTable('cover_rules')
      .set({ ...after, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  const change = differences(before, after)
  tx.audit({ action: 'cover_rule.updated', entityType: 'cover_rule', entityId: row.id, ...change })
  tell(tx, row.id, row.location_id)
}

/** The rule no longer asks for anything; what it asked for before stays in the record. */
export async function deleteCoverRule(tx: Tx, id: string): Promise<void> {
  const row = await lockCover(tx, id)
  tx.send(tx.db.updateTable('cover_rules').set({ deleted_at: tx.now, updated_at: tx.now }).where('id', '=', row.id))
  tx.audit({ action: 'cover_rule.deleted', entityType: 'cover_rule', entityId: row.id, before: { name: row.name } })
  tell(tx, row.id, row.location_id)
}

function requireLength(from: number, to: number): void {
  if (from === to) throw invalid('to', 'must not be the same as from')
}

function tell(tx: Tx, id: string, locationId: string): void {
  tx.event({ type: 'cover_rule.changed', entityType: 'cover_rule', entityId: id, payload: { locationId } })
}

async function lockCover(tx: Tx, id: string) {
  const [row] = await tx.run(
    tx.db.selectFrom('cover_rules').selectAll().where('id', '=', id).where('deleted_at', 'is', null).forUpdate(),
  )
  if (!row) throw notFound('cover rule')
  return row
}
