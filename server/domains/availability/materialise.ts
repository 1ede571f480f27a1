import { sql } from 'kysely'
import type { ModelStatus, WeeklyPeriod } from '#db/tables/index.ts'
import type { Ctx } from '#server/context.ts'
import { type Tx, transact } from '#server/transact.ts'
import { coverageOf } from './coverage.ts'
import type { DayException } from './facts.ts'
import { NEARNESS } from './rule-config.ts'
import type { Span } from './spans.ts'
import { DAY, wallInstant, wallTime } from './wall-clock.ts'

/** Recurring hours stand in the calendar this far ahead: three months. */
const AHEAD_DAYS = 92
/** Slots that began this long ago are history and stay as they were. */
const BACK_DAYS = 2
const BATCH = 100
/** Any number that nothing else locks by: two at once would each write what the other removes. */
const LOCK = 8_473_015

export interface SlotsOf {
  modelId?: string | null
  locationId?: string | null
}

/**
 * Writes the hours of these models, less and more what exceptions say, as slots of source automation for three months,
 * and removes those that no rule makes any more. A second run finds nothing to do. Models that are not active, or
 * without an hours rule, have none. Answers how many models' slots changed.
 */
export async function materialise(ctx: Ctx, whose: SlotsOf = {}, signal?: AbortSignal): Promise<number> {
  let changed = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (let full = true; full && !signal?.aborted; ) {
    const { rows } = await sql<{ id: string }>`
      select id from models
      where id > ${after}::uuid and deleted_at is null and (${whose.modelId ?? null}::uuid is null or id = ${whose.modelId ?? null}::uuid)
        and (${whose.locationId ?? null}::uuid is null or primary_location_id = ${whose.locationId ?? null}::uuid)
      order by id limit ${BATCH}`.execute(ctx.db)
    if (rows.length > 0)
      changed += await transact(ctx, (tx) =>
        materialiseBatch(
          tx,
          rows.map((row) => row.id),
        ),
      )
    full = rows.length === BATCH
    after = rows.at(-1)?.id ?? after
  }
  return changed
}

interface Hours {
  id: string
  zone: string
  status: ModelStatus
  rules: { nearness: number; periods: WeeklyPeriod[] }[] | null
  exceptions: DayException[] | null
}

async function materialiseBatch(tx: Tx, modelIds: string[]): Promise<number> {
  // Two statements: what is read is not older than the wait for the lock.
  tx.send(sql`select pg_advisory_xact_lock(${LOCK})`)
  const from = Math.floor(tx.now.getTime() / DAY) * DAY - BACK_DAYS * DAY
  const window = { from, to: from + (BACK_DAYS + AHEAD_DAYS) * DAY }
  const models = await tx.run(hoursQuery(modelIds, window))
  const slots = models.flatMap((model) => slotsOf(model, window).map((span) => ({ modelId: model.id, ...span })))
  const changed = await tx.run(sql<{ model_id: string }>`
    with wanted as (
      select * from unnest(${slots.map(() => tx.ctx.ids.next())}::uuid[], ${slots.map((slot) => slot.modelId)}::uuid[],
        ${slots.map((slot) => new Date(slot.from))}::timestamptz[], ${slots.map((slot) => new Date(slot.to))}::timestamptz[])
        as w (id, model_id, starts_at, ends_at)),
    gone as (
      delete from availability_slots s
      where s.source = 'automation' and s.model_id = any(${modelIds}::uuid[]) and s.starts_at >= ${new Date(from)}
        and not exists (select 1 from wanted w where w.model_id = s.model_id and w.starts_at = s.starts_at and w.ends_at = s.ends_at)
      returning s.model_id),
    made as (
      insert into availability_slots (id, model_id, kind, source, starts_at, ends_at, created_at, updated_at)
      select w.id, w.model_id, 'available', 'automation', w.starts_at, w.ends_at, ${tx.now}, ${tx.now} from wanted w
      where not exists (select 1 from availability_slots s
        where s.source = 'automation' and s.model_id = w.model_id and s.starts_at = w.starts_at and s.ends_at = w.ends_at)
      on conflict do nothing returning model_id)
    select model_id from gone union select model_id from made`)
  for (const { model_id } of changed) tx.event({ type: 'model.slots_changed', entityType: 'model', entityId: model_id })
  return changed.length
}

function hoursQuery(modelIds: string[], window: Span) {
  const [first, last] = [new Date(window.from - 4 * DAY), new Date(window.to + 4 * DAY)]
  return sql<Hours>`
    select m.id, m.status, l.zone,
      (select json_agg(json_build_object('nearness',
          case r.scope when 'model' then ${NEARNESS.model}::int when 'location' then ${NEARNESS.location}::int else ${NEARNESS.global}::int end,
          'periods', r.config -> 'periods'))
        from availability_rules r
        where r.active and r.kind = 'hours' and (r.scope = 'global' or r.model_id = m.id or r.location_id = m.primary_location_id)) as rules,
      (select json_agg(json_build_object('id', e.id, 'day', e.on_day - date '1970-01-01', 'opens', e.opens,
          'from', e.from_minute, 'to', e.to_minute))
        from availability_exceptions e
        where e.model_id = m.id and e.on_day between ${first}::timestamptz::date and ${last}::timestamptz::date) as exceptions
    from models m join locations l on l.id = m.primary_location_id
    where m.id = any(${modelIds}::uuid[]) and m.deleted_at is null`
}

/** What this model's hours come to within the window, by their start. */
function slotsOf({ zone, status, rules, exceptions }: Hours, window: Span): Span[] {
  const [nearest] = [...(rules ?? [])].sort((a, b) => b.nearness - a.nearness)
  if (!nearest || status !== 'active') return []
  const reach = { from: window.from - 3 * DAY, to: window.to + 3 * DAY }
  const { open } = coverageOf({ zone, reach, slots: [], exceptions: exceptions ?? [] }, { hours: nearest.periods })
  return open.flatMap((span) => splitByDay(zone, span)).filter((span) => span.from >= window.from && span.from < window.to)
}

/** Hours around the clock are one slot a day. What fits in a day stays whole: a night is one slot. */
function splitByDay(zone: string, span: Span): Span[] {
  if (span.to - span.from <= DAY) return [span]
  const parts: Span[] = []
  let from = span.from
  for (let day = wallTime(zone, span.from).day + 1; from < span.to; day += 1) {
    const to = Math.min(wallInstant(zone, day, 0), span.to)
    if (to > from) parts.push({ from, to })
    from = Math.max(from, to)
  }
  return parts
}
