import type { Tx } from '#server/transact.ts'
import { requireInternal } from './model.policy.ts'
import { lockModel, touchModel } from './model.repository.ts'
import type { SetAddressesInput } from './model.schema.ts'

/** Replaces where a model receives. Throws `forbidden` for who may not see addresses. */
export async function setModelAddresses(tx: Tx, input: SetAddressesInput): Promise<void> {
  requireInternal(tx.ctx)
  const row = await lockModel(tx, input.id, input.version)
  const values = input.addresses.map((address) => ({
    id: tx.ctx.ids.next(),
    model_id: row.id,
    street: address.street,
    flat: address.flat,
    floor: address.floor,
    post_code: address.postCode,
    nearest_station: address.nearestStation,
    airport_outcalls: address.airportOutcalls,
  }))
  const before = await tx.run(tx.db.selectFrom('model_addresses').select('id').where('model_id', '=', row.id))
  tx.send(tx.db.deleteFrom('model_addresses').where('model_id', '=', row.id))
  if (values.length > 0) tx.send(tx.db.insertInto('model_addresses').values(values))
  // The addresses themselves stay out of the audit log: more people read it than may see them.
  touchModel(tx, row, 'addresses', { before: { addresses: before.length }, after: { addresses: values.length } })
}
