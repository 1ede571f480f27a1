import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { AGENCY_ZONE, type EntryRow, entriesOf, entryOf, rosterWhere } from './timeline.queries.ts'
import type { EntriesInput, MonthInput } from './timeline.schema.ts'

const SORTS: Record<string, SortColumn> = {
  start: { ref: 'e.starts_at', kind: 'time' },
  end: { ref: 'e.ends_at', kind: 'time' },
  model: { ref: 'm.name', kind: 'text' },
  kind: { ref: 'e.kind', kind: 'text' },
}

/** What the timeline shows, as a table of a window: page by page, by time, by model or by kind. */
export async function listEntries(ctx: CallCtx, input: EntriesInput) {
  const wanted = sql`(select m.id from models m where ${rosterWhere(ctx, input)})`
  let query = ctx.db
    .selectFrom(sql<EntryRow>`(${entriesOf(ctx, wanted, input)})`.as<'e'>('e'))
    .innerJoin('models as m', 'm.id', 'e.model_id')
    .innerJoin('locations as p', 'p.id', 'm.primary_location_id')
    .selectAll('e')
    .select([
      'm.name as model_name',
      'm.public_code',
      'm.status as model_status',
      'p.title as home',
      'p.slug as home_slug',
      'p.zone as home_zone',
    ])
  if (input.kind) query = query.where('e.kind', 'in', input.kind)
  const page = await pageOf(query, input, SORTS, 'e.id')
  return {
    ...page,
    items: page.items.map((row) => ({
      ...entryOf(row),
      model: {
        id: row.model_id,
        name: row.model_name,
        publicCode: row.public_code,
        status: row.model_status,
        place: row.home,
        location: row.home_slug,
        zone: row.home_zone,
      },
    })),
  }
}

interface DayRow {
  day: string
  from: Date
  to: Date
  bookings: number
  booked: number
  held: number
  off: number
  busy: number
}

/** Each day of a month: how much of the models' time is booked, held and off. Days of the agency's clock, so one may have 23 or 25 hours. */
export async function readMonth(ctx: CallCtx, input: MonthInput) {
  const first = `${input.month}-01`
  const minutes = (kinds: readonly EntryRow['kind'][]) => sql<number>`coalesce(sum(extract(epoch from
      least(t.ends_at, d.day_to) - greatest(t.starts_at, d.day_from)) / 60) filter (where t.kind = any(${kinds})), 0)::float8`
  const { rows } = await sql<DayRow & { models: number }>`
    with chosen as materialized (select m.id from models m where ${rosterWhere(ctx, input)}),
    days as (
      select to_char(day, 'YYYY-MM-DD') as day, day at time zone ${AGENCY_ZONE} as day_from,
        (day + interval '1 day') at time zone ${AGENCY_ZONE} as day_to
      from generate_series(${first}::timestamp, ${first}::timestamp + interval '1 month' - interval '1 day', interval '1 day') day),
    taken as materialized (
      select t.model_id, t.kind, t.starts_at, t.ends_at
      from chosen join time_blocks t on t.model_id = chosen.id and t.active
        and t.block_from < (select max(day_to) from days)
        and t.block_from > (select min(day_from) from days) - interval '16 days'
        and t.ends_at > (select min(day_from) from days))
    select d.day, d.day_from as from, d.day_to as to, (select count(*)::int from chosen) as models,
      count(*) filter (where t.kind = 'booking' and t.starts_at >= d.day_from)::int as bookings,
      count(distinct t.model_id) filter (where t.kind in ('booking', 'hold'))::int as busy,
      ${minutes(['booking'])} as booked, ${minutes(['hold'])} as held, ${minutes(['time_off', 'tour_duty'])} as off
    from days d left join taken t on t.starts_at < d.day_to and t.ends_at > d.day_from
    group by d.day, d.day_from, d.day_to order by d.day`.execute(ctx.db)
  return {
    models: rows[0]?.models ?? 0,
    days: rows.map((row) => ({
      day: row.day,
      from: row.from,
      to: row.to,
      bookings: row.bookings,
      bookedMinutes: Math.round(row.booked),
      heldMinutes: Math.round(row.held),
      offMinutes: Math.round(row.off),
      offeredMinutes: Math.max(0, Math.round((row.models * (row.to.getTime() - row.from.getTime())) / 60_000 - row.off)),
      busyModels: row.busy,
    })),
  }
}
