import type { Updateable } from 'kysely'
import type { ModelsTable } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { readParts } from './model.parts.ts'
import { requireInternal } from './model.policy.ts'
import { lockModel, type ModelRow, replaceLocations, requireLocations } from './model.repository.ts'
import type { UpdateModelInput } from './model.schema.ts'
import { statsColumns } from './stats.ts'

/**
 * Changes the given fields of a model. Throws `not_found`, `stale_write` with the current values of the fields that
 * differ, `conflict` when code or slug are taken, `forbidden` for internal fields of who may not see them.
 */
export async function updateModel(tx: Tx, input: UpdateModelInput): Promise<void> {
  if (input.internalRating !== undefined || input.internalNotes !== undefined) requireInternal(tx.ctx)
  const row = await lockModel(tx, input.id)
  const places = await requireLocations(tx, [input.primaryLocation, ...(input.locations ?? [])].filter(isGiven), 'locations')
  const wanted = wantedColumns(input, places)
  const before = differing(row, wanted)
  requireVersion(row, input.version, currentValues(before))
  const changed = Object.keys(before) as (keyof typeof wanted)[]
  const after = Object.fromEntries(changed.map((column) => [column, wanted[column]]))
  const stats = input.stats ? statsColumns(input.stats) : {}
  const partial = Object.keys(stats).length > 0
  if (changed.length === 0 && !partial && input.locations === undefined) return
  const partsBefore = partial || input.locations !== undefined ? await readParts(tx.db, row.id) : undefined
  // Awaited: a code or slug that is taken is said as such.
  await tx.run(
    tx.db
      .updateTable('models')
      .set({ ...after, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  if (partial) await saveStats(tx, row.id, stats)
  if (input.locations !== undefined) {
    const served = input.locations.map((slug) => places.get(slug)).filter(isGiven)
    replaceLocations(tx, row.id, [wanted.primary_location_id ?? row.primary_location_id, ...served])
  }
  const parts = partsBefore ? differences(partsBefore, await readParts(tx.db, row.id)) : { before: {}, after: {} }
  tell(tx, row, { before: { ...before, ...parts.before }, after: { ...after, ...parts.after } })
}

function isGiven<T>(value: T | undefined): value is T {
  return value !== undefined
}

type Columns = Pick<
  Updateable<ModelsTable>,
  | 'name'
  | 'public_code'
  | 'slug'
  | 'visibility'
  | 'primary_location_id'
  | 'internal_rating'
  | 'internal_notes'
  | 'buffer_before_min'
  | 'buffer_after_min'
>

function wantedColumns(input: UpdateModelInput, places: Map<string, string>): Columns {
  return {
    name: input.name,
    public_code: input.publicCode,
    slug: input.slug,
    visibility: input.visibility,
    primary_location_id: input.primaryLocation === undefined ? undefined : places.get(input.primaryLocation),
    internal_rating: input.internalRating,
    internal_notes: input.internalNotes,
    buffer_before_min: input.bufferBeforeMin,
    buffer_after_min: input.bufferAfterMin,
  }
}

function differing(row: ModelRow, wanted: Columns): Partial<ModelRow> {
  const columns = (Object.keys(wanted) as (keyof Columns)[]).filter(
    (column) => wanted[column] !== undefined && wanted[column] !== row[column],
  )
  return Object.fromEntries(columns.map((column) => [column, row[column]]))
}

/** As the answer names them: camelCase. */
function currentValues(columns: Partial<ModelRow>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(columns).map(([column, value]) => [
      column.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      value,
    ]),
  )
}

async function saveStats(tx: Tx, modelId: string, stats: ReturnType<typeof statsColumns>): Promise<void> {
  const saved = await tx.run(tx.db.updateTable('model_stats').set(stats).where('model_id', '=', modelId).returning('model_id'))
  if (saved.length === 0 && stats.age !== undefined) {
    tx.send(tx.db.insertInto('model_stats').values({ ...stats, age: stats.age, model_id: modelId }))
  }
}

function tell(tx: Tx, row: ModelRow, change: { before: Record<string, unknown>; after: Record<string, unknown> }): void {
  const entity = { entityType: 'model', entityId: row.id, entityRef: row.public_code }
  tx.audit({ action: 'model.updated', ...entity, ...change })
  tx.event({ type: 'model.updated', ...entity, payload: { fields: Object.keys(change.after) } })
}
