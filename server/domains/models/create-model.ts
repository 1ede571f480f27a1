import { may } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { requireInternal } from './model.policy.ts'
import { replaceLocations, requireLocations } from './model.repository.ts'
import type { CreateModelInput } from './model.schema.ts'
import { statsColumns } from './stats.ts'

/** Makes a model with their stats, active or inactive. Throws `conflict` when code or slug are taken, `invalid` for an unknown place. */
export async function createModel(tx: Tx, input: CreateModelInput): Promise<string> {
  if (input.internalRating !== undefined || input.internalNotes !== undefined) requireInternal(tx.ctx)
  if (input.status === 'active' && !may(tx.ctx, 'models.transition')) {
    throw new AppError('forbidden', 'Your role makes models inactive; someone who may activate them does the rest.')
  }
  const served = input.locations ?? []
  const places = await requireLocations(tx, [input.primaryLocation, ...served], 'locations')
  const id = tx.ctx.ids.next()
  const names = namesOf(input, id)
  await tx.run(
    tx.db.insertInto('models').values({
      id,
      ...names,
      name: input.name,
      status: input.status,
      visibility: input.visibility,
      primary_location_id: places.get(input.primaryLocation) ?? '',
      internal_rating: input.internalRating,
      internal_notes: input.internalNotes,
      buffer_before_min: input.bufferBeforeMin,
      buffer_after_min: input.bufferAfterMin,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.send(tx.db.insertInto('model_stats').values({ ...statsColumns(input.stats), age: input.stats.age, model_id: id }))
  replaceLocations(tx, id, [...places.values()])
  const entity = { entityType: 'model', entityId: id, entityRef: names.public_code }
  tx.audit({
    action: 'model.created',
    ...entity,
    after: { ...names, name: input.name, status: input.status, age: input.stats.age },
  })
  tx.event({ type: 'model.created', ...entity })
  return id
}

/** `Sofía Müller` → `SOFIA-MULLER-3F2A`: the end keeps two of one name apart. */
function namesOf(input: CreateModelInput, id: string): { public_code: string; slug: string } {
  const plain = input.name
    .normalize('NFKD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)
    .replace(/-$/, '')
  const generated = `${plain || 'model'}-${id.slice(-4)}`
  return { public_code: input.publicCode ?? generated.toUpperCase(), slug: input.slug ?? generated }
}
