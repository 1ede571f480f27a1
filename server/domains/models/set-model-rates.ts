import { invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { readParts, touchParts } from './model.parts.ts'
import { lockModel, requireLocations } from './model.repository.ts'
import type { SetRatesInput } from './model.schema.ts'

/** Replaces a model's own prices. Throws `invalid` for an unknown place or a taxi fee in another currency. */
export async function setModelRates(tx: Tx, input: SetRatesInput): Promise<void> {
  const row = await lockModel(tx, input.id, input.version)
  const places = await requireLocations(tx, [...new Set(input.rates.map((rate) => rate.location))], 'rates')
  const values = input.rates.map((rate, index) => {
    if (rate.taxi && rate.taxi.currency !== rate.price.currency) {
      throw invalid(`rates.${index}.taxi.currency`, `must be ${rate.price.currency}, as the price`)
    }
    return {
      model_id: row.id,
      location_id: places.get(rate.location) ?? '',
      duration: rate.duration,
      call_type: rate.callType,
      price_amount: rate.price.amount,
      taxi_amount: rate.taxi?.amount ?? 0,
      currency: rate.price.currency,
    }
  })
  const before = await readParts(tx.db, row.id)
  tx.send(tx.db.deleteFrom('model_rates').where('model_id', '=', row.id))
  if (values.length > 0) tx.send(tx.db.insertInto('model_rates').values(values))
  await touchParts(tx, row, 'rates', before)
}
