import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { RuleKind } from '#db/tables/index.ts'
import { blackoutSpans, coverageOf } from './coverage.ts'
import { type RuleFact, rulesInForce } from './rule-config.ts'
import { overlaps, type Span } from './spans.ts'

/** When a model is offered, as the timeline draws it. */
export interface Offer {
  /** Null without hours: at any time. */
  open: { from: Date; to: Date }[] | null
  closed: { from: Date; to: Date }[]
  blackouts: { from: Date; to: Date; title: string }[]
}

interface Row {
  id: string
  zone: string
  rules: [kind: RuleKind, scope: number, title: string, config: Record<string, unknown>][] | null
  exceptions: [day: number, opens: boolean, from: number, to: number][] | null
  opened: [from: number, to: number][] | null
}

/**
 * When these models are offered within a window, by the rules deciding asks too (coverageOf, blackoutSpans): hours and
 * blackouts that hold for each, days that differ, and what somebody opened by hand.
 */
export async function loadOffers(db: Db, models: RawBuilder<unknown>, window: Span): Promise<Map<string, Offer>> {
  const [from, to] = [new Date(window.from), new Date(window.to)]
  const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)
  const { rows } = await sql<Row>`
    select m.id, l.zone,
      (select json_agg(json_build_array(r.kind, case r.scope when 'model' then 2 when 'location' then 1 else 0 end, r.title, r.config))
        from availability_rules r where r.active and r.kind in ('hours', 'blackout')
          and (r.scope = 'global' or r.location_id = m.primary_location_id or r.model_id = m.id)) as rules,
      (select json_agg(json_build_array(e.on_day - date '1970-01-01', e.opens, e.from_minute, e.to_minute))
        from availability_exceptions e where e.model_id = m.id
          and e.on_day between (${from}::timestamptz)::date - 2 and (${to}::timestamptz)::date + 1) as exceptions,
      (select json_agg(json_build_array(${ms('s.starts_at')}, ${ms('s.ends_at')}))
        from availability_slots s where s.model_id = m.id and s.kind <> 'unavailable' and s.source = 'manual'
          and s.starts_at < ${to}::timestamptz and s.starts_at > ${from}::timestamptz - interval '31 days'
          and s.ends_at > ${from}::timestamptz) as opened
    from ${models} as wanted(id) join models m on m.id = wanted.id join locations l on l.id = m.primary_location_id`.execute(db)
  return new Map(rows.map((row) => [row.id, offerOf(row, window)]))
}

function offerOf(row: Row, window: Span): Offer {
  const rules = rulesInForce(
    // Written through the rules' own schema only.
    (row.rules ?? []).map(
      ([kind, scope, title, config]) => ({ id: '', kind, scope, serviceId: null, title, config }) as RuleFact,
    ),
  )
  const coverage = coverageOf(
    {
      zone: row.zone,
      reach: window,
      exceptions: (row.exceptions ?? []).map(([day, opens, from, to]) => ({ id: '', day, opens, from, to })),
      slots: (row.opened ?? []).map(([from, to]) => ({ id: '', kind: 'available', source: 'manual', from, to })),
    },
    rules,
  )
  const shown = (spans: readonly Span[]) => spans.filter((span) => overlaps(span, window)).map(dated)
  return {
    open: coverage.scheduled ? shown(coverage.open) : null,
    closed: shown(coverage.closed),
    blackouts: blackoutSpans(rules.blackouts, row.zone, window)
      .filter((span) => overlaps(span, window))
      .map((span) => ({ ...dated(span), title: span.title })),
  }
}

function dated({ from, to }: Span): { from: Date; to: Date } {
  return { from: new Date(from), to: new Date(to) }
}
