import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { BlockKind, ModelStatus, RuleKind, SlotKind, SlotSource } from '#db/tables/index.ts'
import { type ModelTimeFacts, timeFactsOf } from './facts.ts'
import type { RuleFact } from './rule-config.ts'
import type { Span } from './spans.ts'
import type { TravelFacts } from './travel.ts'
import { DAY } from './wall-clock.ts'

type ModelRow = [id: string, name: string, status: ModelStatus, zone: string, location: string, before: number, after: number]
type RuleRow = [
  id: string,
  kind: RuleKind,
  model: string | null,
  location: string | null,
  service: string | null,
  title: string,
  config: Record<string, unknown>,
]
type SlotRow = [model: string, id: string, kind: SlotKind, source: SlotSource, from: number, to: number]
type ExceptionRow = [model: string, id: string, day: number, opens: boolean, from: number, to: number]
type BlockRow = [
  model: string,
  id: string,
  kind: BlockKind,
  booking: string | null,
  from: number,
  to: number,
  starts: number,
  ends: number,
  location: string | null,
  expires: number | null,
]
type TakenRow = [
  model: string,
  starts: number,
  ends: number,
  booking: string | null,
  block: string | null,
  expires: number | null,
]

interface Row {
  models: ModelRow[] | null
  rules: RuleRow[] | null
  slots: SlotRow[] | null
  exceptions: ExceptionRow[] | null
  blocks: BlockRow[] | null
  taken: TakenRow[] | null
  places: [id: string, latitude: number, longitude: number][] | null
  times: [from: string, to: string, minutes: number][] | null
  speed: number
}

/** Neighbours further away than the longest way are none. */
const AROUND = DAY
/** A week's limit looks at the whole week around a question, and at the next one for another time. */
const WEEK_AROUND = 15 * DAY

/**
 * What deciding about these models within [from, to) needs, in one round trip however many they are. A model that does
 * not exist or was deleted is not in the answer. Times before `from` or after `to` can't be asked about.
 */
export async function loadTimeFacts(
  db: Db,
  modelIds: readonly string[],
  window: { from: Date; to: Date },
): Promise<Map<string, ModelTimeFacts>> {
  const asked: Span = { from: window.from.getTime(), to: window.to.getTime() }
  const { rows } = await factsQuery(modelIds, asked).execute(db)
  const [row] = rows
  if (!row) throw new Error('a select without FROM answers one row')
  return factsOf(row, asked)
}

/** OFFSET 0 keeps each look at one model by its index: joined flat, a plan for any number of models may read a whole table. */
function factsQuery(modelIds: readonly string[], asked: Span) {
  const near = { from: new Date(asked.from - AROUND), to: new Date(asked.to + AROUND) }
  const week = { from: new Date(asked.from - WEEK_AROUND), to: new Date(asked.to + WEEK_AROUND) }
  const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)
  return sql<Row>`
    with m as (
      select m.id, m.name, m.status, m.primary_location_id, m.buffer_before_min, m.buffer_after_min, l.zone
      from models m join locations l on l.id = m.primary_location_id
      where m.id = any(${modelIds}::uuid[]) and m.deleted_at is null),
    r as (
      select id, kind, model_id, location_id, service_id, title, config from availability_rules where active and scope = 'global'
      union all
      select id, kind, model_id, location_id, service_id, title, config from availability_rules
      where active and location_id in (select primary_location_id from m)
      union all
      select id, kind, model_id, location_id, service_id, title, config from availability_rules
      where active and model_id = any(${modelIds}::uuid[])),
    b as (
      select t.model_id, t.id, t.kind, t.booking_id, t.block_from, t.block_to, t.starts_at, t.ends_at,
        coalesce(t.location_id, (select k.location_id from bookings k where k.id = t.booking_id)) as location_id, t.expires_at
      from m cross join lateral (
        select * from time_blocks t
        where t.model_id = m.id and t.active and t.block_from < ${near.to}::timestamptz
          and t.block_from > ${near.from}::timestamptz - interval '16 days' and t.block_to > ${near.from}::timestamptz offset 0) t)
    select
      (select json_agg(json_build_array(id, name, status, zone, primary_location_id, buffer_before_min, buffer_after_min)) from m) as models,
      (select json_agg(json_build_array(id, kind, model_id, location_id, service_id, title, config)) from r) as rules,
      (select json_agg(json_build_array(s.model_id, s.id, s.kind, s.source, ${ms('s.starts_at')}, ${ms('s.ends_at')}) order by s.starts_at)
        from m cross join lateral (
          select * from availability_slots s
          where s.model_id = m.id and s.starts_at < ${near.to}::timestamptz
            and s.starts_at > ${near.from}::timestamptz - interval '31 days'
            and s.ends_at > ${near.from}::timestamptz and s.source <> 'automation' offset 0) s) as slots,
      (select json_agg(json_build_array(e.model_id, e.id, e.on_day - date '1970-01-01', e.opens, e.from_minute, e.to_minute))
        from m cross join lateral (
          select * from availability_exceptions e
          where e.model_id = m.id
            and e.on_day between (${near.from}::timestamptz)::date - 2 and (${near.to}::timestamptz)::date + 1 offset 0) e) as exceptions,
      (select json_agg(json_build_array(model_id, id, kind, booking_id, ${ms('block_from')}, ${ms('block_to')},
          ${ms('starts_at')}, ${ms('ends_at')}, location_id, ${ms('expires_at')}) order by block_from) from b) as blocks,
      case when exists (select 1 from r where kind = 'limits') then
        (select json_agg(taken) from (
          select json_build_array(k.model_id, ${ms('k.starts_at')}, ${ms('k.ends_at')}, k.id, null, case when k.status = 'deposit_required' then ${ms('k.deposit_deadline_at')} end) as taken
          from m join bookings k on k.model_id = m.id and k.starts_at > ${week.from}::timestamptz and k.starts_at < ${week.to}::timestamptz
          where k.status in ('deposit_required', 'confirmed', 'in_progress', 'completed') and k.deleted_at is null
          union all
          select json_build_array(t.model_id, ${ms('t.starts_at')}, ${ms('t.ends_at')}, null, t.id, ${ms('t.expires_at')})
          from m join time_blocks t on t.model_id = m.id and t.active and t.kind = 'hold' and t.booking_id is null
            and t.block_from > ${week.from}::timestamptz and t.block_from < ${week.to}::timestamptz) q) end as taken,
      case when exists (select 1 from b where location_id is not null) then
        (select json_agg(json_build_array(id, latitude, longitude)) from locations) end as places,
      case when exists (select 1 from b where location_id is not null) then
        (select json_agg(json_build_array(from_location_id, to_location_id, minutes)) from travel_times) end as times,
      coalesce((select (value #>> '{}')::float8 from settings where key = 'travel_km_per_hour'), 20) as speed`
}

function factsOf(row: Row, asked: Span): Map<string, ModelTimeFacts> {
  const travel: TravelFacts = {
    places: new Map((row.places ?? []).map(([id, latitude, longitude]) => [id, { id, latitude, longitude }])),
    times: new Map((row.times ?? []).map(([from, to, minutes]) => [`${from}>${to}`, minutes])),
    kmPerHour: row.speed,
  }
  const slots = byModel(row.slots)
  const exceptions = byModel(row.exceptions)
  const blocks = byModel(row.blocks)
  const taken = byModel(row.taken)
  const rules = rulesOf(row.rules ?? [])
  const reach = { from: asked.from - AROUND, to: asked.to + AROUND }
  return new Map(
    (row.models ?? []).map(([id, name, status, zone, locationId, bufferBefore, bufferAfter]) => [
      id,
      timeFactsOf({
        modelId: id,
        name,
        status,
        zone,
        locationId,
        bufferBefore,
        bufferAfter,
        rules: [...rules.global, ...(rules.byTarget.get(locationId) ?? []), ...(rules.byTarget.get(id) ?? [])],
        slots: (slots.get(id) ?? []).map(([, slotId, kind, source, from, to]) => ({ id: slotId, kind, source, from, to })),
        exceptions: (exceptions.get(id) ?? []).map(([, exceptionId, day, opens, from, to]) => ({
          id: exceptionId,
          day,
          opens,
          from,
          to,
        })),
        blocks: (blocks.get(id) ?? []).map(blockOf),
        taken: (taken.get(id) ?? []).map(([, startsAt, endsAt, bookingId, blockId, expiresAt]) => ({
          startsAt,
          endsAt,
          bookingId,
          blockId,
          expiresAt,
        })),
        travel,
        window: asked,
        reach,
      }),
    ]),
  )
}

function blockOf([, id, kind, bookingId, from, to, startsAt, endsAt, locationId, expiresAt]: BlockRow) {
  return { id, kind, bookingId, from, to, startsAt, endsAt, locationId, expiresAt }
}

function byModel<R extends [model: string, ...unknown[]]>(rows: R[] | null): Map<string, R[]> {
  const map = new Map<string, R[]>()
  for (const row of rows ?? []) {
    const list = map.get(row[0])
    if (list) list.push(row)
    else map.set(row[0], [row])
  }
  return map
}

/** Rules of everyone, and by the id of the place or model they hold for. */
function rulesOf(rows: readonly RuleRow[]): { global: RuleFact[]; byTarget: Map<string, RuleFact[]> } {
  const global: RuleFact[] = []
  const byTarget = new Map<string, RuleFact[]>()
  for (const [id, kind, model, location, serviceId, title, config] of rows) {
    const scope = model ? 2 : location ? 1 : 0
    // Written through the rules' own schema only; the database says which kind it is.
    const rule = { id, kind, scope, serviceId, title, config } as RuleFact
    const target = model ?? location
    if (!target) global.push(rule)
    else byTarget.set(target, [...(byTarget.get(target) ?? []), rule])
  }
  return { global, byTarget }
}
