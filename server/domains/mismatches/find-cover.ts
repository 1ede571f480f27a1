import type { MismatchFix } from '#db/tables/index.ts'
import {
  dateOf,
  loadTimeFacts,
  type ModelTimeFacts,
  type Span,
  stretchText,
  unionOf,
  wallInstant,
  wallTime,
  weekdayOf,
  without,
} from '#server/domains/availability/index.ts'
import type { Tx } from '#server/transact.ts'
import type { Found } from './found.ts'

export interface CoverRule {
  id: string
  location_id: string
  name: string
  weekdays: number[]
  from_minute: number
  to_minute: number
  needed: number
  place: string
  zone: string
}

const DAY_MS = 86_400_000
/** Cover is looked at for the two weeks ahead. */
export const COVER_DAYS = 14

/** Days on which fewer models are at the place than a rule asks for. Who is booked there is there. */
export async function missingCover(tx: Tx, locationIds: readonly string[], now: Date): Promise<Found[]> {
  const rules = await rulesOf(tx, locationIds)
  const found: Found[] = []
  for (const [locationId, ofPlace] of Map.groupBy(rules, (rule) => rule.location_id)) {
    const facts = await factsAt(tx, locationId, now)
    for (const rule of ofPlace) found.push(...missingOf(rule, facts, now))
  }
  return found
}

async function rulesOf(tx: Tx, locationIds: readonly string[]): Promise<CoverRule[]> {
  return tx.run(
    tx.db
      .selectFrom('cover_rules as c')
      .innerJoin('locations as l', 'l.id', 'c.location_id')
      .select(['c.id', 'c.location_id', 'c.name', 'c.weekdays', 'c.from_minute', 'c.to_minute', 'c.needed'])
      .select(['l.title as place', 'l.zone'])
      .where('c.location_id', 'in', locationIds)
      .where('c.is_active', '=', true)
      .where('c.deleted_at', 'is', null)
      .orderBy('c.created_at'),
  )
}

/** Those based at the place and active. */
async function factsAt(tx: Tx, locationId: string, now: Date): Promise<ModelTimeFacts[]> {
  const models = await tx.run(
    tx.db
      .selectFrom('models')
      .select('id')
      .where('primary_location_id', '=', locationId)
      .where('status', '=', 'active')
      .where('deleted_at', 'is', null)
      .orderBy('name'),
  )
  if (models.length === 0) return []
  const window = { from: now, to: new Date(now.getTime() + (COVER_DAYS + 2) * DAY_MS) }
  const facts = await loadTimeFacts(
    tx.db,
    models.map(({ id }) => id),
    window,
  )
  return models.flatMap(({ id }) => facts.get(id) ?? [])
}

/** When she is there: her hours and slots, less days off, blackouts and what she or her calendar calls busy. Bookings are work. */
export function presenceOf(facts: ModelTimeFacts): Span[] {
  const offered = facts.coverage.scheduled ? facts.coverage.open : without([facts.window], facts.coverage.closed)
  const away = facts.blocks.filter((block) => block.kind === 'time_off' || block.kind === 'tour_duty')
  return without(offered, [...facts.blackouts, ...facts.unavailable, ...away])
}

function missingOf(rule: CoverRule, facts: readonly ModelTimeFacts[], now: Date): Found[] {
  const today = wallTime(rule.zone, now.getTime()).day
  const there = facts.map((one) => ({ facts: one, spans: presenceOf(one) }))
  const found: Found[] = []
  for (let day = today; day < today + COVER_DAYS; day++) {
    if (!rule.weekdays.includes(weekdayOf(day))) continue
    const last = rule.to_minute > rule.from_minute ? rule.to_minute : rule.to_minute + 1_440
    const window = {
      from: Math.max(now.getTime(), wallInstant(rule.zone, day, rule.from_minute)),
      to: wallInstant(rule.zone, day, last),
    }
    if (window.to <= window.from) continue
    const gap = thinnest(
      there.map(({ spans }) => spans),
      window,
      rule.needed,
    )
    if (gap) found.push(foundOf(rule, day, gap, there))
  }
  return found
}

interface Gap extends Span {
  present: number
}

/** The stretch within the window with too few, from its first to its last moment, and how few at worst. */
export function thinnest(presence: readonly (readonly Span[])[], window: Span, needed: number): Gap | null {
  const edges = new Set([window.from, window.to])
  for (const spans of presence) {
    for (const { from, to } of spans) for (const edge of [from, to]) if (edge > window.from && edge < window.to) edges.add(edge)
  }
  const sorted = [...edges].sort((a, b) => a - b)
  const thin: Gap[] = []
  for (const [at, from] of sorted.entries()) {
    const to = sorted[at + 1]
    if (to === undefined) break
    const present = presence.filter((spans) => spans.some((span) => span.from <= from && span.to >= to)).length
    if (present < needed) thin.push({ from, to, present })
  }
  const [first, last] = [thin[0], thin.at(-1)]
  return first && last ? { from: first.from, to: last.to, present: Math.min(...thin.map(({ present }) => present)) } : null
}

function foundOf(rule: CoverRule, day: number, gap: Gap, there: readonly { facts: ModelTimeFacts; spans: Span[] }[]): Found {
  const when = stretchText(rule.zone, gap.from, gap.to)
  const [start, end] = [new Date(gap.from), new Date(gap.to)]
  // Who is not there but has nothing else to do: opening that time for her would help.
  const idle = there.filter(
    ({ facts, spans }) =>
      !spans.some((span) => span.from <= gap.from && span.to >= gap.to) &&
      without([gap], unionOf([...facts.blocks, ...facts.unavailable, ...facts.blackouts])).some(
        (free) => free.from === gap.from && free.to === gap.to,
      ),
  )
  const opening: MismatchFix[] = idle.slice(0, 3).map(({ facts }) => ({
    key: `open-${facts.modelId}`,
    label: `Open this time for ${facts.name}`,
    action: { kind: 'add_slot', modelId: facts.modelId, start: start.toISOString(), end: end.toISOString() },
  }))
  return {
    kind: 'missing_cover',
    severity: gap.present === 0 ? 'high' : 'medium',
    key: `cover:${rule.id}:${dateOf(day)}`,
    modelId: null,
    locationId: rule.location_id,
    coverRuleId: rule.id,
    from: start,
    to: end,
    summary: `${rule.place}, ${when}: ${gap.present} of ${rule.needed} models (${rule.name})`,
    expected: `At least ${rule.needed} at ${rule.place}`,
    actual: `${gap.present} at ${rule.place}, ${when}`,
    fixes: [...opening, { key: 'see', label: 'Open the cover rule', action: { kind: 'open', entity: 'cover', id: rule.id } }],
  }
}
