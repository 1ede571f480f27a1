import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { CreateAdjustmentInput } from './refund-policy.schema.ts'

/** Adds a discount or surcharge. It shows in what is quoted from now on; prices agreed before stay as they are. */
export async function createAdjustment(tx: Tx, input: CreateAdjustmentInput): Promise<string> {
  const id = tx.ctx.ids.next()
  const fields = {
    kind: input.kind,
    label: input.label,
    basis_points: input.basisPoints ?? null,
    fixed_amount: input.fixed ?? null,
    client_tag: input.clientTag ?? null,
    call_type: input.callType ?? null,
    weekdays: input.weekdays ? [...new Set(input.weekdays)].sort() : null,
    from_minute: input.fromMinute ?? null,
    to_minute: input.toMinute ?? null,
    minimum_minutes: input.minimumMinutes ?? null,
  }
  const moments = { created_at: tx.now, updated_at: tx.now }
  const created_by = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  tx.send(tx.db.insertInto('price_adjustments').values({ id, ...fields, ...moments, created_by }))
  tx.audit({ action: 'price_adjustment.created', entityType: 'price_adjustment', entityId: id, after: fields })
  return id
}

/** Takes one out of use or back into it. To change its terms, end it and add another: prices stay explainable. */
export async function setAdjustmentActive(tx: Tx, input: { id: string; version?: number; active: boolean }): Promise<void> {
  const [row] = await tx.run(
    tx.db.selectFrom('price_adjustments').select(['version', 'is_active']).where('id', '=', input.id).forUpdate(),
  )
  if (!row) throw notFound('discount or surcharge')
  if (input.version !== undefined && input.version !== row.version) {
    throw new AppError('stale_write', 'Someone changed this meanwhile. Look at it and try again.', {
      currentVersion: row.version,
      changed: { active: row.is_active },
    })
  }
  if (row.is_active === input.active) return
  tx.send(
    tx.db
      .updateTable('price_adjustments')
      .set({ is_active: input.active, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', input.id),
  )
  tx.audit({
    action: 'price_adjustment.updated',
    entityType: 'price_adjustment',
    entityId: input.id,
    before: { is_active: row.is_active },
    after: { is_active: input.active },
  })
}
