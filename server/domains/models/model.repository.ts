import type { Selectable } from 'kysely'
import type { ModelsTable } from '#db/tables/index.ts'
import { invalid, notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { readableModels } from './model.policy.ts'

export type ModelRow = Omit<Selectable<ModelsTable>, 'created_by' | 'deleted_at'>

export const MODEL_COLUMNS = [
  'm.id',
  'm.public_code',
  'm.name',
  'm.slug',
  'm.status',
  'm.status_reason',
  'm.visibility',
  'm.primary_location_id',
  'm.internal_rating',
  'm.internal_notes',
  'm.buffer_before_min',
  'm.buffer_after_min',
  'm.version',
  'm.created_at',
  'm.updated_at',
] as const

/** Locks a model (as taking its time does), or throws `not_found`. */
export async function lockModel(tx: Tx, id: string, version?: number): Promise<ModelRow> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('models as m')
      .select(MODEL_COLUMNS)
      .where('m.id', '=', id)
      .where(readableModels(tx.ctx))
      .forNoKeyUpdate('m'),
  )
  if (!row) throw notFound('model')
  requireVersion(row, version)
  return row
}

/** Ids of places by slug; throws `invalid` at `path` for one that does not exist. */
export async function requireLocations(tx: Tx, slugs: readonly string[], path: string): Promise<Map<string, string>> {
  if (slugs.length === 0) return new Map()
  const rows = await tx.run(tx.db.selectFrom('locations').select(['id', 'slug']).where('slug', 'in', slugs))
  const ids = new Map(rows.map((row) => [row.slug, row.id]))
  const unknown = slugs.find((slug) => !ids.has(slug))
  if (unknown !== undefined) throw invalid(path, `${unknown} is not a place of the agency`)
  return ids
}

export function replaceLocations(tx: Tx, modelId: string, locationIds: readonly string[]): void {
  tx.send(tx.db.deleteFrom('model_locations').where('model_id', '=', modelId))
  if (locationIds.length === 0) return
  tx.send(
    tx.db
      .insertInto('model_locations')
      .values([...new Set(locationIds)].map((location_id) => ({ model_id: modelId, location_id }))),
  )
}

/** Counts an edit of a part that lives in a table of its own, and tells of it. */
export function touchModel(
  tx: Tx,
  row: ModelRow,
  part: string,
  change: { before: Record<string, unknown>; after: Record<string, unknown> },
): void {
  tx.send(
    tx.db
      .updateTable('models')
      .set({ version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  const entity = { entityType: 'model', entityId: row.id, entityRef: row.public_code }
  tx.audit({ action: `model.${part}_changed`, ...entity, ...change })
  tx.event({ type: 'model.updated', ...entity, payload: { fields: [part] } })
}
