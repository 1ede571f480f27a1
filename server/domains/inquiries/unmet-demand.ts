import { sql } from 'kysely'
import type { DemandConstraint } from '#db/tables/index.ts'
import type { TimeRule } from '#server/domains/availability/index.ts'
import type { Tx } from '#server/transact.ts'
import type { Wish } from './match-candidates.ts'

/** How many were left after each question, in the order they are asked. */
export interface Refusals {
  active: number
  /** Of them at the place. */
  place: number
  /** Of these with every service. */
  services: number
  /** Of these with something else at that very time. */
  taken: number
  /** What else forbade the time, one rule for each. */
  rules: TimeRule[]
  /** Free, but without a rate for it. */
  price: number
  fit: number
}

const SOLD: readonly TimeRule[] = ['overlap', 'travel', 'rest', 'bookings_per_day', 'bookings_per_week', 'hours_per_day']

/** The first question after which nobody was left: what the agency lacked. */
export function constraintOf({ place, services, taken, rules, price }: Refusals): DemandConstraint {
  if (place === 0) return 'place'
  if (services === 0) return 'services'
  if (price > 0) return 'price'
  const sold = taken + rules.filter((rule) => SOLD.includes(rule)).length
  return sold > rules.filter((rule) => !SOLD.includes(rule)).length ? 'time' : 'hours'
}

export function detailOf(wish: Wish, refusals: Refusals): string {
  const { active, place, services, taken, rules, price } = refusals
  const at = wish.location ? `${place} work at ${wish.location.title}` : `${place} could be anywhere`
  const parts = [`Of ${active} active models ${at}`]
  if (place > 0 && wish.services.length > 0)
    parts.push(`${services} of them offer ${wish.services.map(({ name }) => name).join(', ')}`)
  if (services > 0) {
    const sold = taken + rules.filter((rule) => SOLD.includes(rule)).length
    const away = rules.length - (sold - taken)
    if (sold > 0) parts.push(`${sold} ${sold === 1 ? 'was' : 'were'} taken`)
    if (away > 0) parts.push(`${away} ${away === 1 ? 'was' : 'were'} not offered at that time`)
    if (price > 0) parts.push(`${price} had no rate for that long`)
  }
  return `${parts.join('; ')}.`.slice(0, 500)
}

/** Keeps what a wish failed at, once per inquiry; a wish that somebody fits after all is met. */
export async function settleDemand(tx: Tx, wish: Wish, refusals: Refusals, source: 'no_match' | 'ended'): Promise<void> {
  if (refusals.fit > 0) {
    tx.send(sql`update unmet_demand set met_at = ${tx.now} where inquiry_id = ${wish.inquiryId}::uuid and met_at is null`)
    return
  }
  await noteDemand(tx, wish, {
    source,
    constraint: constraintOf(refusals),
    detail: detailOf(wish, refusals),
    considered: refusals.active,
  })
}

export interface Demand {
  source: 'no_match' | 'ended'
  constraint: DemandConstraint
  detail: string
  considered: number
}

export async function noteDemand(tx: Tx, wish: Wish, demand: Demand): Promise<void> {
  const values = {
    source: demand.source,
    constraint_kind: demand.constraint,
    detail: demand.detail,
    location_id: wish.location?.id ?? null,
    service_ids: wish.services.map(({ id }) => id),
    window_from: wish.from,
    window_to: wish.to,
    considered: demand.considered,
    noted_at: tx.now,
    met_at: null,
  }
  tx.send(
    tx.db
      .insertInto('unmet_demand')
      .values({ inquiry_id: wish.inquiryId, ...values })
      .onConflict((oc) => oc.column('inquiry_id').doUpdateSet(values)),
  )
}
