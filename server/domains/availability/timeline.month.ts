import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { type Span, without } from './spans.ts'
import { loadOffers, type Offer } from './timeline.offers.ts'
import { AGENCY_ZONE, rosterWhere } from './timeline.queries.ts'
import type { MonthInput } from './timeline.schema.ts'
import { dateOf, dayOf, MINUTE, wallInstant } from './wall-clock.ts'

interface TakenRow {
  model_id: string
  kind: 'booked' | 'held' | 'off'
  from: number
  to: number
}

/**
 * Each day of a month: how much of the models' time is booked, held and off, and how much is offered at all. Days of the
 * agency's clock, so one may have 23 or 25 hours.
 */
export async function readMonth(ctx: CallCtx, input: MonthInput) {
  const days = daysOf(input.month)
  const window = { from: days[0]?.from ?? 0, to: days.at(-1)?.to ?? 0 }
  const [from, to] = [new Date(window.from), new Date(window.to)]
  const chosen = sql`(select m.id from models m where ${rosterWhere(ctx, input)})`
  const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)
  const [offers, { rows }] = await Promise.all([
    loadOffers(ctx, chosen, window),
    sql<TakenRow>`
      select b.model_id, 'booked' as kind, ${ms('b.starts_at')} as from, ${ms('b.ends_at')} as to
      from ${chosen} as wanted(id) join bookings b on b.model_id = wanted.id
        and b.starts_at < ${to}::timestamptz and b.starts_at > ${from}::timestamptz - interval '14 days'
        and b.ends_at > ${from}::timestamptz
      where b.status in ('confirmed', 'in_progress', 'completed') and b.deleted_at is null
      union all
      select t.model_id, case when t.kind = 'hold' then 'held' else 'off' end, ${ms('t.starts_at')}, ${ms('t.ends_at')}
      from ${chosen} as wanted(id) join time_blocks t on t.model_id = wanted.id and t.active
        and t.block_from < ${to}::timestamptz and t.block_from > ${from}::timestamptz - interval '16 days'
      where t.kind in ('hold', 'time_off', 'tour_duty') and t.ends_at > ${from}::timestamptz
      union all
      select s.model_id, 'off', ${ms('s.starts_at')}, ${ms('s.ends_at')}
      from ${chosen} as wanted(id) join availability_slots s on s.model_id = wanted.id
        and s.starts_at < ${to}::timestamptz and s.starts_at > ${from}::timestamptz - interval '31 days'
      where s.kind = 'unavailable' and s.ends_at > ${from}::timestamptz`.execute(ctx.db),
  ])
  const offered = [...offers].map(([id, offer]) => offeredSpans(id, offer, rows, window))
  return { models: offers.size, days: days.map((day) => figuresOf(day, rows, offered)) }
}

/** When a model could be booked: her hours, less blackouts, days that differ and what is off. */
function offeredSpans(id: string, offer: Offer, taken: readonly TakenRow[], window: Span): Span[] {
  const off = taken.filter((row) => row.model_id === id && row.kind === 'off')
  const hours = offer.open === null ? [window] : offer.open.map(spanOf)
  return without(hours, [...offer.blackouts.map(spanOf), ...offer.closed.map(spanOf), ...off])
}

function spanOf({ from, to }: { from: Date; to: Date }): Span {
  return { from: from.getTime(), to: to.getTime() }
}

function figuresOf(day: { day: string } & Span, taken: readonly TakenRow[], offered: readonly Span[][]) {
  const here = taken.filter((row) => row.from < day.to && row.to > day.from)
  const minutes = (kind: TakenRow['kind']) => sum(here.filter((row) => row.kind === kind).map((row) => minutesIn(row, day)))
  const busy = here.filter((row) => row.kind !== 'off')
  return {
    day: day.day,
    from: new Date(day.from),
    to: new Date(day.to),
    bookings: here.filter((row) => row.kind === 'booked' && row.from >= day.from).length,
    bookedMinutes: minutes('booked'),
    heldMinutes: minutes('held'),
    offMinutes: minutes('off'),
    offeredMinutes: sum(offered.map((spans) => sum(spans.map((span) => minutesIn(span, day))))),
    busyModels: new Set(busy.map((row) => row.model_id)).size,
  }
}

function minutesIn(span: Span, day: Span): number {
  return Math.round(Math.max(0, Math.min(span.to, day.to) - Math.max(span.from, day.from)) / MINUTE)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0)
}

/** The days of a month as the agency's clock cuts them. */
function daysOf(month: string): ({ day: string } & Span)[] {
  const first = dayOf(`${month}-01`)
  const days: ({ day: string } & Span)[] = []
  for (let day = first; dateOf(day).startsWith(month); day += 1) {
    days.push({ day: dateOf(day), from: wallInstant(AGENCY_ZONE, day, 0), to: wallInstant(AGENCY_ZONE, day + 1, 0) })
  }
  return days
}
