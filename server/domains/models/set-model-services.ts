import { invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { readParts, touchParts } from './model.parts.ts'
import { lockModel } from './model.repository.ts'
import type { SetServicesInput } from './model.schema.ts'

/** Replaces what a model offers, in the given order. Throws `invalid` for a service that does not exist. */
export async function setModelServices(tx: Tx, input: SetServicesInput): Promise<void> {
  const row = await lockModel(tx, input.id, input.version)
  const codes = input.services.map((service) => service.code)
  const known =
    codes.length === 0 ? [] : await tx.run(tx.db.selectFrom('services').select(['id', 'code']).where('code', 'in', codes))
  const ids = new Map(known.map((service) => [service.code, service.id]))
  const values = input.services.map((service, index) => {
    const serviceId = ids.get(service.code)
    if (!serviceId) throw invalid(`services.${index}.code`, `${service.code} is not a service`)
    return {
      model_id: row.id,
      service_id: serviceId,
      extra_amount: service.extra?.amount ?? 0,
      notes: service.notes,
      sort_order: index,
    }
  })
  const before = await readParts(tx.db, row.id)
  tx.send(tx.db.deleteFrom('model_services').where('model_id', '=', row.id))
  if (values.length > 0) tx.send(tx.db.insertInto('model_services').values(values))
  await touchParts(tx, row, 'services', before)
}
