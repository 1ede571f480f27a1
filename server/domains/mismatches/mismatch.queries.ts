import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { Ctx } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { notFound } from '#server/errors.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ListCoverInput, ListMismatchesInput, MismatchOut } from './mismatch.schema.ts'

/** Which mismatches (alias `m`): those about a booking only for who may see the booking. */
export function visibleMismatches(ctx: Pick<Ctx, 'actor'>) {
  return sql<boolean>`(m.booking_id is null or exists (select 1 from bookings b where b.id = m.booking_id and ${visibleBookings(ctx)}))`
}

function readRows(db: Db) {
  return db
    .selectFrom('availability_mismatches as m')
    .leftJoin('models as o', 'o.id', 'm.model_id')
    .leftJoin('locations as l', 'l.id', 'm.location_id')
    .leftJoin('bookings as k', 'k.id', 'm.booking_id')
    .leftJoin('exceptions as x', 'x.id', 'm.exception_id')
    .select(['m.id', 'm.ref', 'm.kind', 'm.severity', 'm.model_id', 'm.booking_id', 'm.calendar_id', 'm.cover_rule_id'])
    .select(['m.from_at', 'm.to_at', 'm.summary', 'm.expected', 'm.actual', 'm.fixes', 'm.occurrences', 'm.exception_id'])
    .select(['m.detected_at', 'm.resolved_at', 'o.name as model_name', 'k.ref as booking_ref'])
    .select(['l.slug', 'l.title', 'l.zone', 'x.ref as exception_ref', 'x.status as exception_status'])
}
type Row = Awaited<ReturnType<ReturnType<typeof readRows>['execute']>>[number]

const SORTS: Record<string, SortColumn> = { detectedAt: { ref: 'm.detected_at', kind: 'time' } }

export async function listMismatches(ctx: Ctx, input: ListMismatchesInput) {
  let query = readRows(ctx.db).where(visibleMismatches(ctx))
  if (input.resolved !== true) query = query.where('m.resolved_at', 'is', null)
  if (input.kind) query = query.where('m.kind', 'in', input.kind)
  if (input.severity) query = query.where('m.severity', 'in', input.severity)
  if (input.modelId) query = query.where('m.model_id', '=', input.modelId)
  if (input.location) query = query.where('l.slug', '=', input.location)
  const { items, ...cursors } = await pageOf(query, input, SORTS, 'm.id')
  return { items: items.map(outOf), ...cursors }
}

export async function readMismatch(ctx: Ctx, id: string): Promise<MismatchOut> {
  const row = await readRows(ctx.db).where('m.id', '=', id).where(visibleMismatches(ctx)).executeTakeFirst()
  if (!row) throw notFound('mismatch')
  return outOf(row)
}

function outOf(row: Row): MismatchOut {
  return {
    id: row.id,
    ref: row.ref,
    kind: row.kind,
    severity: row.severity,
    model: row.model_id && row.model_name ? { id: row.model_id, name: row.model_name } : null,
    location: row.slug && row.title && row.zone ? { slug: row.slug, title: row.title, zone: row.zone } : null,
    booking: row.booking_id && row.booking_ref ? { id: row.booking_id, ref: row.booking_ref } : null,
    calendarId: row.calendar_id,
    coverRuleId: row.cover_rule_id,
    from: row.from_at,
    to: row.to_at,
    summary: row.summary,
    expected: row.expected,
    actual: row.actual,
    fixes: row.fixes,
    occurrences: row.occurrences,
    exception:
      row.exception_id && row.exception_ref && row.exception_status
        ? { id: row.exception_id, ref: row.exception_ref, status: row.exception_status }
        : null,
    detectedAt: row.detected_at,
    resolvedAt: row.resolved_at,
  }
}

function readCover(db: Db) {
  return db
    .selectFrom('cover_rules as c')
    .innerJoin('locations as l', 'l.id', 'c.location_id')
    .select(['c.id', 'c.name', 'c.weekdays', 'c.from_minute', 'c.to_minute', 'c.needed', 'c.is_active', 'c.version'])
    .select(['c.created_at', 'c.updated_at', 'l.slug', 'l.title', 'l.zone'])
    .select(
      sql<number>`(select count(*) from availability_mismatches m where m.cover_rule_id = c.id and m.resolved_at is null)::int`.as(
        'missing',
      ),
    )
    .where('c.deleted_at', 'is', null)
}

export async function listCoverRules(ctx: Ctx, input: ListCoverInput) {
  let query = readCover(ctx.db)
  if (input.location) query = query.where('l.slug', '=', input.location)
  const page = await pageOf(query, { ...input, sort: 'createdAt' }, { createdAt: { ref: 'c.created_at', kind: 'time' } }, 'c.id')
  return { ...page, items: page.items.map(coverOf) }
}

export async function readCoverRule(ctx: Ctx, id: string) {
  const row = await readCover(ctx.db).where('c.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('cover rule')
  return coverOf(row)
}

function coverOf(row: Awaited<ReturnType<ReturnType<typeof readCover>['execute']>>[number]) {
  return {
    id: row.id,
    name: row.name,
    location: { slug: row.slug, title: row.title, zone: row.zone },
    weekdays: row.weekdays,
    from: row.from_minute,
    to: row.to_minute,
    needed: row.needed,
    active: row.is_active,
    missing: row.missing,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
