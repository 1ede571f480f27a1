import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'
import type { RefundPolicy } from './refund-for.ts'
import type { ListAdjustmentsInput, ListPoliciesInput } from './refund-policy.schema.ts'

/** A version of the policy. Versions are never removed, so one that a booking names is there. */
export async function readPolicy(db: Db, version: number): Promise<RefundPolicy> {
  const row = await db
    .selectFrom('refund_policies')
    .select(['version', 'name', 'tiers', 'agency_basis_points', 'force_majeure_basis_points'])
    .where('version', '=', version)
    .executeTakeFirstOrThrow()
  const { agency_basis_points: agency, force_majeure_basis_points: forceMajeure, ...rest } = row
  return { ...rest, agency, forceMajeure }
}

function versions(ctx: CallCtx) {
  return ctx.db
    .selectFrom('refund_policies as p')
    .leftJoin('users as u', 'u.id', 'p.created_by')
    .select(['p.id', 'p.version', 'p.name', 'p.note', 'p.tiers', 'p.agency_basis_points', 'p.force_majeure_basis_points'])
    .select(['p.created_at', 'p.created_by', 'u.name as created_by_name'])
    .select(sql<boolean>`p.version = (select max(version) from refund_policies)`.as('current'))
}

type Version = Awaited<ReturnType<ReturnType<typeof versions>['execute']>>[number]

function policyOf(row: Version) {
  return {
    id: row.id,
    version: row.version,
    name: row.name,
    note: row.note,
    tiers: row.tiers,
    agency: row.agency_basis_points,
    forceMajeure: row.force_majeure_basis_points,
    current: row.current,
    createdAt: row.created_at,
    createdBy: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
  }
}

export async function listPolicies(ctx: CallCtx, input: ListPoliciesInput) {
  const page = await pageOf(versions(ctx), input, { version: { ref: 'p.version', kind: 'number' } }, 'p.id')
  return { ...page, items: page.items.map(policyOf) }
}

export async function readPolicyVersion(ctx: CallCtx, version: number) {
  const row = await versions(ctx).where('p.version', '=', version).executeTakeFirst()
  if (!row) throw notFound('version of the refund policy')
  return policyOf(row)
}

function adjustments(ctx: CallCtx) {
  return ctx.db
    .selectFrom('price_adjustments as a')
    .select(['a.id', 'a.kind', 'a.label', 'a.basis_points', 'a.fixed_amount', 'a.client_tag', 'a.call_type', 'a.weekdays'])
    .select(['a.from_minute', 'a.to_minute', 'a.minimum_minutes', 'a.is_active', 'a.version', 'a.created_at'])
}

type Adjustment = Awaited<ReturnType<ReturnType<typeof adjustments>['execute']>>[number]

function adjustmentOf(row: Adjustment) {
  return {
    id: row.id,
    kind: row.kind,
    label: row.label,
    basisPoints: row.basis_points,
    fixed: row.fixed_amount,
    clientTag: row.client_tag,
    callType: row.call_type,
    weekdays: row.weekdays,
    fromMinute: row.from_minute,
    toMinute: row.to_minute,
    minimumMinutes: row.minimum_minutes,
    active: row.is_active,
    version: row.version,
    createdAt: row.created_at,
  }
}

export async function listAdjustments(ctx: CallCtx, input: ListAdjustmentsInput) {
  let query = adjustments(ctx)
  if (input.kind) query = query.where('a.kind', 'in', input.kind)
  const page = await pageOf(query, input, { createdAt: { ref: 'a.created_at', kind: 'time' } }, 'a.id')
  return { ...page, items: page.items.map(adjustmentOf) }
}

export async function readAdjustment(ctx: CallCtx, id: string) {
  const row = await adjustments(ctx).where('a.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('discount or surcharge')
  return adjustmentOf(row)
}
