import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { readableRules } from './availability.policy.ts'
import { type ListRulesInput, writtenConfig } from './rule.schema.ts'
import { ruleText } from './rule-text.ts'

function withTargets(db: Db) {
  return db
    .selectFrom('availability_rules as r')
    .leftJoin('models as m', 'm.id', 'r.model_id')
    .leftJoin('locations as l', 'l.id', 'r.location_id')
    .leftJoin('services as s', 's.id', 'r.service_id')
    .select(['r.id', 'r.scope', 'r.kind', 'r.title', 'r.config', 'r.active', 'r.version', 'r.created_at', 'r.updated_at'])
    .select(['m.id as model_id', 'm.name as model_name', 'l.slug as location_slug', 'l.title as location_title'])
    .select(['s.code as service_code', 's.name as service_name'])
}

type Row = Awaited<ReturnType<ReturnType<typeof withTargets>['execute']>>[number]

function ruleOf(row: Row) {
  const { model_id, model_name, location_slug, location_title, service_code, service_name } = row
  return {
    id: row.id,
    scope: row.scope,
    kind: row.kind,
    model: model_id && model_name ? { id: model_id, name: model_name } : null,
    location: location_slug && location_title ? { slug: location_slug, title: location_title } : null,
    service: service_code && service_name ? { code: service_code, name: service_name } : null,
    title: row.title,
    config: writtenConfig(row.kind, row.config),
    text: ruleText(row.kind, row.config),
    active: row.active,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'r.created_at', kind: 'time' } }

/** Rules by scope, kind and whom they hold for, oldest first. */
export async function listRules(ctx: CallCtx, input: ListRulesInput) {
  let query = withTargets(ctx.db).where(readableRules(ctx))
  if (input.scope) query = query.where('r.scope', 'in', input.scope)
  if (input.kind) query = query.where('r.kind', 'in', input.kind)
  if (input.modelId) query = query.where('r.model_id', '=', input.modelId)
  if (input.location) query = query.where('l.slug', '=', input.location)
  if (input.active !== undefined) query = query.where('r.active', '=', input.active)
  const page = await pageOf(query, input, SORTS, 'r.id')
  return { ...page, items: page.items.map(ruleOf) }
}

/** Throws `not_found`. */
export async function readRule(ctx: CallCtx, id: string) {
  const row = await withTargets(ctx.db).where('r.id', '=', id).where(readableRules(ctx)).executeTakeFirst()
  if (!row) throw notFound('rule')
  return ruleOf(row)
}
