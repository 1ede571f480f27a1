import type { Updateable } from 'kysely'
import type { ClientsTable } from '#db/tables/index.ts'
import { maskerOf, viewOf } from '#server/auth/mask-pii.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { type ClientRow, lockClient } from './client.repository.ts'
import { changedOut, type UpdateClientInput } from './client.schema.ts'

type Fields = Omit<UpdateClientInput, 'id' | 'version'>

function fieldsOf(row: ClientRow): Required<Fields> {
  return {
    name: row.name,
    email: row.email,
    phone: row.phone,
    preferredChannel: row.preferred_channel,
    tags: row.tags,
    about: row.notes,
  }
}

/** What the request wants other than it is, with the current values. */
function differing(row: ClientRow, wanted: Fields): Partial<Fields> {
  const current = fieldsOf(row)
  const keys = (Object.keys(wanted) as (keyof Fields)[]).filter(
    (key) => wanted[key] !== undefined && JSON.stringify(wanted[key]) !== JSON.stringify(current[key]),
  )
  return Object.fromEntries(keys.map((key) => [key, current[key]]))
}

/**
 * Changes the given fields. With a version that is not the current one nothing is changed: `stale_write` with the
 * current values of the fields that differ, masked as this person sees them. Throws `not_found`, `conflict` when merged.
 */
export async function updateClient(tx: Tx, { id, version, ...wanted }: UpdateClientInput, ctx: CallCtx): Promise<void> {
  const row = await lockClient(tx, id)
  const before = differing(row, wanted)
  if (version !== undefined && version !== row.version) throw stale(row, before, ctx)
  const fields = Object.keys(before) as (keyof Fields)[]
  if (fields.length === 0) return
  const after = Object.fromEntries(fields.map((field) => [field, wanted[field]])) as Fields
  tx.send(
    tx.db
      .updateTable('clients')
      .set({ ...columnsOf(after), version: row.version + 1, updated_at: tx.now })
      .where('id', '=', id),
  )
  const entity = { entityType: 'client', entityId: id, entityRef: row.ref }
  tx.audit({ action: 'client.updated', ...entity, before: { ...columnsOf(before) }, after: { ...columnsOf(after) } })
  tx.event({ type: 'client.updated', ...entity, payload: { fields } })
}

function columnsOf({ preferredChannel, about, ...same }: Fields): Updateable<ClientsTable> {
  return {
    ...same,
    ...(preferredChannel === undefined ? {} : { preferred_channel: preferredChannel }),
    ...(about === undefined ? {} : { notes: about }),
  }
}

function stale(row: ClientRow, before: Partial<Fields>, ctx: CallCtx): AppError {
  const mask = maskerOf(changedOut)
  return new AppError('stale_write', 'Someone changed this client meanwhile. Look at the current values and try again.', {
    currentVersion: row.version,
    changed: mask ? mask(before, viewOf(ctx)) : before,
  })
}
