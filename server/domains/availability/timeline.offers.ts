import { type RawBuilder, sql } from 'kysely'
import type { RuleKind } from '#db/tables/index.ts'
import type { Ctx } from '#server/context.ts'
import { readableModels } from '#server/domains/models/index.ts'
import { blackoutSpans, coverageOf } from './coverage.ts'
import { NEARNESS, type RuleFact, rulesInForce } from './rule-config.ts'
import { overlaps, type Span } from './spans.ts'

/** When a model is offered, as the timeline draws it. */
export interface Offer {
  /** Null without hours: at any time. */
  open: { from: Date; to: Date }[] | null
  closed: { from: Date; to: Date }[]
  blackouts: { from: Date; to: Date; title: string }[]
}

type ModelRow = [id: string, location: string, zone: string]
type RuleRow = [kind: RuleKind, model: string | null, location: string | null, title: string, config: Record<string, unknown>]
type ExceptionRow = [model: string, day: number, opens: boolean, from: number, to: number]
type OpenedRow = [model: string, from: number, to: number]

interface Row {
  models: ModelRow[] | null
  rules: RuleRow[] | null
  exceptions: ExceptionRow[] | null
  opened: OpenedRow[] | null
}

/**
 * When these models are offered within a window, by the functions deciding asks too (coverageOf, blackoutSpans): hours and
 * blackouts that hold for each, days that differ, and what somebody opened by hand. In one statement that looks at each
 * table once, however many models they are. Who is not to be read has none.
 */
export async function loadOffers(
  ctx: Pick<Ctx, 'db' | 'actor'>,
  models: RawBuilder<unknown>,
  window: Span,
): Promise<Map<string, Offer>> {
  const [from, to] = [new Date(window.from), new Date(window.to)]
  const ms = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)
  const { rows } = await sql<Row>`
    with chosen as materialized (
      select m.id, m.primary_location_id, l.zone from ${models} as wanted(id)
      join models m on m.id = wanted.id and ${readableModels(ctx)} join locations l on l.id = m.primary_location_id)
    select (select json_agg(json_build_array(id, primary_location_id, zone)) from chosen) as models,
      (select json_agg(json_build_array(r.kind, r.model_id, r.location_id, r.title, r.config))
        from availability_rules r where r.active and r.kind in ('hours', 'blackout') and (r.scope = 'global'
          or r.location_id in (select primary_location_id from chosen) or r.model_id in (select id from chosen))) as rules,
      (select json_agg(json_build_array(e.model_id, e.on_day - date '1970-01-01', e.opens, e.from_minute, e.to_minute))
        from availability_exceptions e where e.model_id in (select id from chosen)
          and e.on_day between (${from}::timestamptz)::date - 2 and (${to}::timestamptz)::date + 1) as exceptions,
      (select json_agg(json_build_array(s.model_id, ${ms('s.starts_at')}, ${ms('s.ends_at')}))
        from availability_slots s where s.model_id in (select id from chosen) and s.kind <> 'unavailable' and s.source = 'manual'
          and s.starts_at < ${to}::timestamptz and s.starts_at > ${from}::timestamptz - interval '31 days'
          and s.ends_at > ${from}::timestamptz) as opened`.execute(ctx.db)
  const [row] = rows
  return new Map((row?.models ?? []).map((model) => [model[0], offerOf(model, row as Row, window)]))
}

function offerOf([id, locationId, zone]: ModelRow, row: Row, window: Span): Offer {
  const ruling = (row.rules ?? []).filter(
    ([, model, location]) => (model ?? id) === id && (location ?? locationId) === locationId,
  )
  const rules = rulesInForce(
    ruling.map(([kind, model, location, title, config]) => {
      const scope = model ? NEARNESS.model : location ? NEARNESS.location : NEARNESS.global
      // Written through the rules' own schema only.
      return { id: '', kind, scope, serviceId: null, title, config } as RuleFact
    }),
  )
  const hers = <R extends [model: string, ...unknown[]]>(list: readonly R[] | null) =>
    (list ?? []).filter(([model]) => model === id)
  const coverage = coverageOf(
    {
      zone,
      reach: window,
      exceptions: hers(row.exceptions).map(([, day, opens, from, to]) => ({ id: '', day, opens, from, to })),
      slots: hers(row.opened).map(([, from, to]) => ({ id: '', kind: 'available', source: 'manual', from, to })),
    },
    rules,
  )
  const shown = (spans: readonly Span[]) => spans.filter((span) => overlaps(span, window)).map(dated)
  return {
    open: coverage.scheduled ? shown(coverage.open) : null,
    closed: shown(coverage.closed),
    blackouts: blackoutSpans(rules.blackouts, zone, window)
      .filter((span) => overlaps(span, window))
      .map((span) => ({ ...dated(span), title: span.title })),
  }
}

function dated({ from, to }: Span): { from: Date; to: Date } {
  return { from: new Date(from), to: new Date(to) }
}
