import { sql } from 'kysely'
import type { CallType, ModelStatus, PriceLine } from '#db/tables/index.ts'
import type { PriceAdjustment } from '#server/domains/pricing/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { MAX_AMOUNT } from '#server/trpc/fields.ts'
import { priceLines, type Rate, total } from './price.ts'

export interface QuoteInput {
  modelId: string
  clientId: string
  /** Slug. */
  location: string
  start: Date
  end: Date
  callType: CallType
  /** Codes. */
  services: readonly string[]
}

export interface Quote {
  /** The next free ref, drawn with the quote so that making the booking needs no answer of its own. */
  ref: string
  model: { id: string; name: string; status: ModelStatus; bufferBefore: number; bufferAfter: number }
  client: { id: string; tags: string[] }
  locationId: string
  services: { id: string; code: string; name: string; extra: number }[]
  lines: PriceLine[]
  price: number
  currency: string
  holdMinutes: number
  /** Of the refund policy in force. */
  policyVersion: number
}

interface Facts {
  ref: string
  model: { id: string; name: string; status: ModelStatus; before: number; after: number } | null
  client: { id: string; tags: string[]; merged: boolean; erased: boolean } | null
  location: { id: string; zone: string } | null
  services: { id: string; code: string; name: string; extra: number }[]
  rates: (Rate & { currency: string })[]
  adjustments: PriceAdjustment[] | null
  hold_minutes: number
  policy_version: number
}

/** SQL for what is added to and taken off prices now, as a jsonb list or null. */
export function adjustmentsInForce() {
  return sql<
    PriceAdjustment[] | null
  >`(select jsonb_agg(jsonb_build_object('kind', a.kind, 'label', a.label, 'basisPoints', a.basis_points, 'fixed', a.fixed_amount,
          'clientTag', a.client_tag, 'callType', a.call_type, 'weekdays', a.weekdays, 'fromMinute', a.from_minute,
          'toMinute', a.to_minute, 'minimumMinutes', a.minimum_minutes) order by a.created_at, a.id)
        from price_adjustments a where a.is_active)`
}

/**
 * Everything a booking is made from, in one round trip: who, where, which services, and the price by the model's own
 * rate at that place, else the place's. Throws `invalid` naming each field that points at nothing.
 */
export async function requireQuote(tx: Tx, input: QuoteInput): Promise<Quote> {
  const codes = [...new Set(input.services)]
  const [facts] = await tx.run(
    sql<Facts>`select 'B-' || nextval('booking_ref_seq') as ref,
      (select jsonb_build_object('id', m.id, 'name', m.name, 'status', m.status, 'before', m.buffer_before_min, 'after', m.buffer_after_min)
        from models m where m.id = ${input.modelId}::uuid and m.deleted_at is null) as model,
      (select jsonb_build_object('id', c.id, 'tags', c.tags, 'merged', c.merged_into_id is not null,
          'erased', c.erased_at is not null)
        from clients c where c.id = ${input.clientId}::uuid and c.deleted_at is null) as client,
      (select jsonb_build_object('id', l.id, 'zone', l.zone) from locations l where l.slug = ${input.location}) as location,
      (select coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'code', s.code, 'name', s.name, 'extra', coalesce(ms.extra_amount, 0)) order by s.sort_order), '[]')
        from services s left join model_services ms on ms.service_id = s.id and ms.model_id = ${input.modelId}::uuid
        where s.code = any(${codes}::text[])) as services,
      (select coalesce(jsonb_agg(jsonb_build_object('duration', r.duration, 'price', r.price_amount, 'taxi', r.taxi_amount, 'currency', r.currency)), '[]')
        from (
          select r.duration, r.price_amount, r.taxi_amount, r.currency from model_rates r join locations l on l.id = r.location_id
          where r.model_id = ${input.modelId}::uuid and l.slug = ${input.location} and r.call_type = ${input.callType}
          union all
          select c.duration, c.price_amount, 0, c.currency from call_rates c join locations l on l.id = c.location_id
          where l.slug = ${input.location} and c.call_type = ${input.callType}
            and not exists (select 1 from model_rates own where own.model_id = ${input.modelId}::uuid
              and own.location_id = l.id and own.call_type = c.call_type)
        ) r) as rates,
      ${adjustmentsInForce()} as adjustments,
      (select (value #>> '{}')::int from settings where key = 'deposit_hold_minutes') as hold_minutes,
      (select max(version) from refund_policies) as policy_version`,
  )
  if (!facts) throw new Error('a select without FROM answers one row')
  if (!facts.client) throw invalid('clientId', 'There is no such client.')
  if (facts.client.merged) throw invalid('clientId', 'This client was merged into another. Use the other one.')
  if (facts.client.erased) throw invalid('clientId', 'This client was erased.')
  if (!facts.model) throw invalid('modelId', 'There is no such model.')
  if (!facts.location) throw invalid('location', `There is no location “${input.location}”.`)
  const unknown = codes.filter((code) => !facts.services.some((service) => service.code === code))
  if (unknown.length > 0) {
    throw new AppError('invalid', `There is no service “${unknown.join('”, “')}”.`, {
      errors: unknown.map((code) => ({
        path: `services.${input.services.indexOf(code)}`,
        message: `“${code}” is not a service`,
      })),
    })
  }
  const minutes = (input.end.getTime() - input.start.getTime()) / 60_000
  // One price has one currency: the one most of the rates are in.
  const currency = mostCommon(facts.rates.map((rate) => rate.currency)) ?? 'GBP'
  const rates = facts.rates.filter((rate) => rate.currency === currency)
  const lines = priceLines(minutes, rates, facts.services, {
    rules: facts.adjustments ?? [],
    occasion: { start: input.start, zone: facts.location.zone, callType: input.callType, clientTags: facts.client.tags },
  })
  const price = total(lines)
  if (!lines.some((line) => line.kind === 'rate')) {
    throw new AppError(
      'conflict',
      `${facts.model.name} has no rate for that long at that place. Add one on the model’s page first.`,
    )
  }
  if (price > MAX_AMOUNT) throw invalid('end', 'The price would be more than Virel handles.')
  return {
    ref: facts.ref,
    model: {
      id: facts.model.id,
      name: facts.model.name,
      status: facts.model.status,
      bufferBefore: facts.model.before,
      bufferAfter: facts.model.after,
    },
    client: { id: facts.client.id, tags: facts.client.tags },
    locationId: facts.location.id,
    services: facts.services,
    lines,
    price,
    currency,
    holdMinutes: facts.hold_minutes,
    policyVersion: facts.policy_version,
  }
}

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))[0]?.[0]
}
