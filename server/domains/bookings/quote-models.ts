import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { CallType } from '#db/tables/index.ts'
import type { PriceAdjustment } from '#server/domains/pricing/index.ts'
import { priceLines, type Rate, total } from './price.ts'
import { adjustmentsInForce } from './quote.ts'

export interface ModelsToQuote {
  models: readonly { modelId: string; locationId: string }[]
  serviceIds: readonly string[]
  start: Date
  end: Date
  clientTags: readonly string[]
}

export interface ModelQuote {
  /** Minor units. */
  amount: number
  currency: string
  callType: CallType
}

interface Row {
  model_id: string
  zone: string
  rates: (Rate & { currency: string; callType: CallType })[] | null
  services: { name: string; extra: number }[] | null
  adjustments: PriceAdjustment[] | null
}

/**
 * What each of these models would cost, as requireQuote would say it: her own rates at that place, else the place's, with her
 * extras and what is added or taken off. By incall where she has such rates, else outcall; null where no rate covers that long.
 */
export async function quoteModels(db: Db, wanted: ModelsToQuote): Promise<Map<string, ModelQuote | null>> {
  if (wanted.models.length === 0) return new Map()
  const { rows } = await ratesOf(db, wanted)
  const adjustments = rows[0]?.adjustments ?? []
  return new Map(rows.map((row) => [row.model_id, quoteOf(row, wanted, adjustments)]))
}

function quoteOf(row: Row, wanted: ModelsToQuote, rules: readonly PriceAdjustment[]): ModelQuote | null {
  const minutes = (wanted.end.getTime() - wanted.start.getTime()) / 60_000
  for (const callType of ['incall', 'outcall'] as const) {
    const all = (row.rates ?? []).filter((rate) => rate.callType === callType)
    const [currency = 'GBP'] = all.map((rate) => rate.currency)
    const lines = priceLines(
      minutes,
      all.filter((rate) => rate.currency === currency),
      row.services ?? [],
      { rules, occasion: { start: wanted.start, zone: row.zone, callType, clientTags: [...wanted.clientTags] } },
    )
    if (lines.some((line) => line.kind === 'rate')) return { amount: total(lines), currency, callType }
  }
  return null
}

function ratesOf(db: Db, { models, serviceIds }: ModelsToQuote) {
  const asked = JSON.stringify(models.map(({ modelId, locationId }) => ({ model_id: modelId, location_id: locationId })))
  return sql<Row>`
    select a.model_id, l.zone,
      (select jsonb_agg(jsonb_build_object('duration', r.duration, 'price', r.price_amount, 'taxi', r.taxi_amount,
          'currency', r.currency, 'callType', r.call_type)) from (
        select duration, price_amount, taxi_amount, currency, call_type from model_rates
        where model_id = a.model_id and location_id = a.location_id
        union all
        select c.duration, c.price_amount, 0, c.currency, c.call_type from call_rates c
        where c.location_id = a.location_id and not exists (select 1 from model_rates own
          where own.model_id = a.model_id and own.location_id = c.location_id and own.call_type = c.call_type)) r) as rates,
      (select jsonb_agg(jsonb_build_object('name', s.name, 'extra', ms.extra_amount)) from model_services ms
        join services s on s.id = ms.service_id
        where ms.model_id = a.model_id and ms.service_id = any(${serviceIds}::uuid[])) as services,
      adjusted.adjustments
    from jsonb_to_recordset(${asked}::jsonb) as a (model_id uuid, location_id uuid)
    join locations l on l.id = a.location_id
    cross join (select ${adjustmentsInForce()} as adjustments) adjusted`.execute(db)
}
