import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { readableModels } from '#server/domains/models/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { loadOffers } from './timeline.offers.ts'
import type { EntryKind, RosterInput, TimelineInput } from './timeline.schema.ts'

/** The agency's day: the calendar's days are cut where its clock shows midnight. */
export const AGENCY_ZONE = 'Europe/London'
/** A screen of more rows is filtered first. */
const MOST_ROWS = 1_000

export interface EntryRow {
  id: string
  model_id: string
  kind: EntryKind
  starts_at: Date
  ends_at: Date
  minutes_before: number
  minutes_after: number
  travel_before: number
  travel_after: number
  expires_at: Date | null
  note: string | null
  slot_version: number | null
  source: string | null
  confidence: number | null
  booking_id: string | null
  ref: string | null
  status: string | null
  version: number | null
  client_name: string | null
  place: string | null
  zone: string | null
}

interface EntriesWanted {
  from: Date
  to: Date
  /** Slots of this source; else those that somebody or a calendar made. */
  source?: string
}

/**
 * What is in the ledger for these models, what holds nothing yet or no more (requests, and what is over), and slots. Bounded on both sides for the btree on
 * (model, begin): a block is at most 14 days long and two of margins.
 */
export function entriesOf(ctx: Pick<Ctx, 'actor'>, models: RawBuilder<unknown>, { from, to, source }: EntriesWanted) {
  return sql<EntryRow>`
    select t.id, t.model_id, t.kind::text as kind, t.starts_at, t.ends_at, t.minutes_before, t.minutes_after, t.travel_before,
      t.travel_after, t.expires_at,
      t.reason as note, null::int as slot_version, null::text as source, null::float8 as confidence, b.id as booking_id, b.ref, b.status, b.version, c.name as client_name, l.title as place, l.zone
    from ${models} as wanted(id)
    join lateral (
      select * from time_blocks t
      where t.model_id = wanted.id and t.active and t.block_from < ${to}::timestamptz
        and t.block_from > ${from}::timestamptz - interval '16 days' and t.block_to > ${from}::timestamptz) t on true
    left join bookings b on b.id = t.booking_id and ${visibleBookings(ctx)}
    left join clients c on c.id = b.client_id
    left join locations l on l.id = b.location_id
    union all
    select b.id, b.model_id, case when b.status in ('draft', 'pending') then 'request' else 'booking' end, b.starts_at, b.ends_at, 0, 0, 0, 0, null,
      null, null, null, null, b.id, b.ref, b.status, b.version, c.name, l.title, l.zone
    from ${models} as wanted(id)
    join bookings b on b.model_id = wanted.id and b.status in ('draft', 'pending', 'completed', 'no_show') and b.deleted_at is null
      and b.starts_at < ${to}::timestamptz and b.starts_at > ${from}::timestamptz - interval '14 days'
      and b.ends_at > ${from}::timestamptz and ${visibleBookings(ctx)}
    join clients c on c.id = b.client_id
    join locations l on l.id = b.location_id
    where not exists (select 1 from time_blocks t where t.booking_id = b.id and t.active)
    union all
    select s.id, s.model_id, s.kind, s.starts_at, s.ends_at, 0, 0, 0, 0, null,
      nullif(s.note, ''), s.version, s.source, s.confidence::float8, null, null, null, null, null, null, null
    from ${models} as wanted(id)
    join availability_slots s on s.model_id = wanted.id and s.starts_at < ${to}::timestamptz
      and s.starts_at > ${from}::timestamptz - interval '31 days' and s.ends_at > ${from}::timestamptz
      and ${source ? sql`s.source = ${source}` : sql`s.source <> 'automation'`}`
}

export function entryOf(row: EntryRow) {
  return {
    id: row.id,
    kind: row.kind,
    start: row.starts_at,
    end: row.ends_at,
    before: row.minutes_before,
    after: row.minutes_after,
    travelBefore: row.travel_before,
    travelAfter: row.travel_after,
    expiresAt: row.expires_at,
    note: row.note,
    slot:
      row.slot_version === null ? null : { version: row.slot_version, source: row.source ?? '', confidence: row.confidence ?? 1 },
    booking:
      row.booking_id === null
        ? null
        : {
            id: row.booking_id,
            ref: row.ref ?? '',
            status: row.status ?? '',
            version: row.version ?? 1,
            client: row.client_name ?? '',
            place: row.place ?? '',
            zone: row.zone ?? AGENCY_ZONE,
          },
  }
}

/**
 * The time of some models in a window, by model in the order asked for: what takes it, and when they are offered at all.
 * Models there are not, or not to be read, have no row.
 */
export async function readTimeline(ctx: CallCtx, { modelIds, from, to }: TimelineInput) {
  const wanted = sql`unnest(${[...new Set(modelIds)]}::uuid[])`
  const [offers, { rows }] = await Promise.all([
    loadOffers(ctx, wanted, { from: from.getTime(), to: to.getTime() }),
    entriesOf(ctx, wanted, { from, to }).execute(ctx.db),
  ])
  const byModel = new Map<string, ReturnType<typeof entryOf>[]>([...offers.keys()].map((id) => [id, []]))
  for (const row of rows) byModel.get(row.model_id)?.push(entryOf(row))
  for (const list of byModel.values()) list.sort((one, other) => one.start.getTime() - other.start.getTime())
  return {
    from,
    to,
    rows: modelIds.flatMap((modelId) => {
      const [entries, offer] = [byModel.get(modelId), offers.get(modelId)]
      return entries && offer ? [{ modelId, entries, ...offer }] : []
    }),
  }
}

/** Which models (alias `m`) a view of the page is about. Those who left the agency only when asked for. */
export function rosterWhere(ctx: Pick<Ctx, 'actor'>, input: RosterInput) {
  const conditions = [readableModels(ctx)]
  const { modelIds, location, service, q } = input
  conditions.push(
    sql<boolean>`m.status = any(${input.status ?? (modelIds ? ['active', 'inactive', 'suspended'] : ['active', 'suspended'])})`,
  )
  if (modelIds) conditions.push(sql<boolean>`m.id = any(${modelIds}::uuid[])`)
  if (location) {
    conditions.push(sql<boolean>`exists (select 1 from locations s where s.slug = ${location} and (s.id = m.primary_location_id
      or exists (select 1 from model_locations ml where ml.model_id = m.id and ml.location_id = s.id)))`)
  }
  if (service) {
    conditions.push(sql<boolean>`exists (select 1 from model_services ms join services s on s.id = ms.service_id
      where ms.model_id = m.id and s.code = ${service})`)
  }
  if (q) {
    const words = `%${q.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
    conditions.push(sql<boolean>`(m.name ilike ${words} or m.public_code = ${q.replace(/^#/, '').toUpperCase()})`)
  }
  return sql<boolean>`${sql.join(conditions, sql` and `)}`
}

/** The rows of the page: all models of the filter by name, at most a thousand. */
export async function readRoster(ctx: CallCtx, input: RosterInput) {
  const rows = await ctx.db
    .selectFrom('models as m')
    .innerJoin('locations as l', 'l.id', 'm.primary_location_id')
    .select(['m.id', 'm.name', 'm.public_code as publicCode', 'm.status', 'l.title as place', 'l.slug as location', 'l.zone'])
    .where(rosterWhere(ctx, input))
    .orderBy('m.name')
    .orderBy('m.id')
    .limit(MOST_ROWS + 1)
    .execute()
  return { items: rows.slice(0, MOST_ROWS), hasMore: rows.length > MOST_ROWS }
}
