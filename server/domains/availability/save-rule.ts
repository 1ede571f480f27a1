import type { Selectable } from 'kysely'
import type { AvailabilityRulesTable } from '#db/tables/index.ts'
import { differences } from '#server/differences.ts'
import { invalid, notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { readableRules } from './availability.policy.ts'
import { type CreateRuleInput, keptConfig, type UpdateRuleInput } from './rule.schema.ts'

type RuleRow = Selectable<AvailabilityRulesTable>

/**
 * Makes a rule. Throws `invalid` when its target does not fit its scope or its config its kind, `conflict` when the same
 * target has an active rule of that kind already.
 */
export async function createRule(tx: Tx, input: CreateRuleInput): Promise<string> {
  const target = await requireTarget(tx, input)
  const config = keptConfig(input.kind, input.config)
  const id = tx.ctx.ids.next()
  const actorId = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  // Awaited: a second rule of the kind is answered by the insert, not by the read after it.
  await tx.run(
    tx.db.insertInto('availability_rules').values({
      id,
      scope: input.scope,
      ...target,
      kind: input.kind,
      title: input.title,
      config: JSON.stringify(config),
      active: input.active,
      created_by: actorId,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tellOfRule(tx, { id, ...target })
  tx.audit({
    action: 'availability_rule.created',
    entityType: 'availability_rule',
    entityId: id,
    after: { scope: input.scope, ...target, kind: input.kind, title: input.title, config, active: input.active },
  })
  return id
}

/** Changes what a rule says or whether it holds. Throws `not_found`, `stale_write`, `invalid`, `conflict`. */
export async function updateRule(tx: Tx, input: UpdateRuleInput): Promise<void> {
  const row = await lockRule(tx, input.id)
  const before = { title: row.title, config: row.config, active: row.active }
  requireVersion({ ...row, status: '' }, input.version, before)
  const after = {
    title: input.title ?? row.title,
    config: input.config === undefined ? row.config : { ...keptConfig(row.kind, input.config) },
    active: input.active ?? row.active,
  }
  await tx.run(
    tx.db
      .updateTable('availability_rules')
      .set({ ...after, config: JSON.stringify(after.config), version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tellOfRule(tx, row)
  const change = differences(before, after)
  tx.audit({ action: 'availability_rule.updated', entityType: 'availability_rule', entityId: row.id, ...change })
}

/** Throws `not_found`. */
export async function deleteRule(tx: Tx, id: string): Promise<{ id: string }> {
  const row = await lockRule(tx, id)
  tx.send(tx.db.deleteFrom('availability_rules').where('id', '=', id))
  tellOfRule(tx, row)
  const { scope, location_id, model_id, kind, service_id, title, config, active } = row
  const before = { scope, location_id, model_id, kind, service_id, title, config, active }
  tx.audit({ action: 'availability_rule.deleted', entityType: 'availability_rule', entityId: id, before })
  return { id }
}

async function lockRule(tx: Tx, id: string): Promise<RuleRow> {
  const [row] = await tx.run(
    tx.db.selectFrom('availability_rules').selectAll().where('id', '=', id).where(readableRules(tx.ctx)).forUpdate(),
  )
  if (!row) throw notFound('rule')
  return row
}

/** What follows from rules is kept by a job: see materialise. */
function tellOfRule(tx: Tx, rule: { id: string; model_id: string | null; location_id: string | null }): void {
  tx.event({
    type: 'availability_rule.changed',
    entityType: 'availability_rule',
    entityId: rule.id,
    payload: { modelId: rule.model_id, locationId: rule.location_id },
  })
}

interface Target {
  model_id: string | null
  location_id: string | null
  service_id: string | null
}

async function requireTarget(tx: Tx, input: CreateRuleInput): Promise<Target> {
  const target: Target = { model_id: null, location_id: null, service_id: null }
  if ((input.scope === 'model') !== (input.modelId !== undefined)) {
    throw invalid('modelId', input.scope === 'model' ? 'is needed for a rule of one model' : 'only a rule of one model names her')
  }
  if ((input.scope === 'location') !== (input.location !== undefined)) {
    throw invalid(
      'location',
      input.scope === 'location' ? 'is needed for a rule of one place' : 'only a rule of one place names it',
    )
  }
  if (input.service && input.kind !== 'buffers') throw invalid('service', 'only buffers may hold for one service')
  if (input.modelId) target.model_id = await requireModel(tx, input.modelId)
  if (input.location) {
    const [place] = await tx.run(tx.db.selectFrom('locations').select('id').where('slug', '=', input.location))
    if (!place) throw invalid('location', `There is no location “${input.location}”.`)
    target.location_id = place.id
  }
  if (input.service) {
    const [service] = await tx.run(tx.db.selectFrom('services').select('id').where('code', '=', input.service))
    if (!service) throw invalid('service', `There is no service “${input.service}”.`)
    target.service_id = service.id
  }
  return target
}

/** The model's id, if there is such a model; throws `invalid`. */
export async function requireModel(tx: Tx, modelId: string): Promise<string> {
  const [model] = await tx.run(tx.db.selectFrom('models').select('id').where('id', '=', modelId).where('deleted_at', 'is', null))
  if (!model) throw invalid('modelId', 'There is no such model.')
  return model.id
}
