import { sql } from 'kysely'
import type { DemandConstraint } from '#db/tables/index.ts'
import type { Ctx } from '#server/context.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import type { ListDemandInput } from './inquiry.schema.ts'

const SORTS: Record<string, SortColumn> = { notedAt: { ref: 'd.noted_at', kind: 'time' } }

/** What was asked for and nobody could give, newest first, with what it comes to by constraint, place and service. */
export async function readUnmetDemand(ctx: Ctx, input: ListDemandInput) {
  const within = sql<boolean>`d.met_at is null
    and (${input.from ?? null}::timestamptz is null or d.noted_at >= ${input.from ?? null}::timestamptz)
    and (${input.to ?? null}::timestamptz is null or d.noted_at < ${input.to ?? null}::timestamptz)`
  let query = ctx.db
    .selectFrom('unmet_demand as d')
    .innerJoin('inquiries as q', 'q.id', 'd.inquiry_id')
    .leftJoin('locations as l', 'l.id', 'd.location_id')
    .select([
      'd.inquiry_id as id',
      'q.ref',
      'q.status',
      'd.source',
      'd.constraint_kind',
      'd.detail',
      'd.window_from',
      'd.window_to',
    ])
    .select(['d.noted_at', 'l.title', 'l.zone'])
    .select(
      sql<
        string[]
      >`coalesce((select array_agg(s.name order by s.name) from services s where s.id = any(d.service_ids)), '{}')`.as(
        'services',
      ),
    )
    .where(within)
    .where('q.deleted_at', 'is', null)
  if (input.constraint) query = query.where('d.constraint_kind', 'in', input.constraint)
  if (input.location) query = query.where('l.slug', '=', input.location)
  const page = await pageOf(query, input, SORTS, 'd.inquiry_id')
  const { rows } = await sql<Sums>`
    select (select count(*) from unmet_demand d where ${within})::int as total,
      (select coalesce(jsonb_agg(jsonb_build_object('constraint', k, 'count', n) order by n desc, k), '[]') from (
        select d.constraint_kind as k, count(*) as n from unmet_demand d where ${within} group by 1) x) as by_constraint,
      (select coalesce(jsonb_agg(jsonb_build_object('slug', slug, 'title', title, 'count', n) order by n desc, title), '[]') from (
        select l.slug, l.title, count(*) as n from unmet_demand d join locations l on l.id = d.location_id
        where ${within} group by 1, 2 order by 3 desc limit 10) x) as by_place,
      (select coalesce(jsonb_agg(jsonb_build_object('name', name, 'count', n) order by n desc, name), '[]') from (
        select s.name, count(*) as n from unmet_demand d cross join unnest(d.service_ids) as wished (id)
        join services s on s.id = wished.id where ${within} group by 1 order by 2 desc limit 10) x) as by_service`.execute(ctx.db)
  const [sums] = rows
  return {
    ...page,
    total: sums?.total ?? 0,
    byConstraint: sums?.by_constraint ?? [],
    byPlace: sums?.by_place ?? [],
    byService: sums?.by_service ?? [],
    items: page.items.map((row) => ({
      inquiry: { id: row.id, ref: row.ref, status: row.status },
      source: row.source,
      constraint: row.constraint_kind,
      detail: row.detail,
      place: row.title,
      zone: row.zone,
      services: row.services,
      from: row.window_from,
      to: row.window_to,
      notedAt: row.noted_at,
    })),
  }
}

interface Sums {
  total: number
  by_constraint: { constraint: DemandConstraint; count: number }[]
  by_place: { slug: string; title: string; count: number }[]
  by_service: { name: string; count: number }[]
}
