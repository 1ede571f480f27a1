import type { Selectable } from 'kysely'
import type { ExternalCalendarsTable } from '#db/tables/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { AddExternalInput, UpdateExternalInput } from './calendar.schema.ts'
import { type CalendarModel, lockModelOfCalendars, tellOfCalendar } from './lock-model.ts'
import { addressPlace } from './places.ts'

/** As many calendars as one person may have elsewhere. */
const MOST = 5

/** Begins to read a calendar of hers that is kept elsewhere. Throws `conflict` after five. */
export async function addExternalCalendar(tx: Tx, input: AddExternalInput): Promise<string> {
  const model = await lockModelOfCalendars(tx, input.id)
  const known = await tx.run(tx.db.selectFrom('external_calendars').select('id').where('model_id', '=', model.id))
  if (known.length >= MOST) throw new AppError('conflict', `${model.name} has ${MOST} calendars already. Remove one first.`)
  const id = tx.ctx.ids.next()
  const { host } = new URL(input.address)
  tx.send(
    tx.db.insertInto('external_calendars').values({
      id,
      model_id: model.id,
      name: input.name,
      host,
      sealed_address: tx.ctx.secrets.seal(addressPlace(id), input.address),
      next_read_at: tx.now,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  tx.audit({
    action: 'external_calendar.added',
    entityType: 'external_calendar',
    entityId: id,
    entityRef: model.public_code,
    after: { model_id: model.id, name: input.name, host },
  })
  tellOfCalendar(tx, model, { calendarId: id, at: tx.now })
  return model.id
}

/** A new name or address. A new address is read at once; until then what the old one said still holds. */
export async function updateExternalCalendar(tx: Tx, input: UpdateExternalInput): Promise<string> {
  const { row, model } = await lockCalendar(tx, input.id, input.version)
  const host = input.address === undefined ? row.host : new URL(input.address).host
  const name = input.name ?? row.name
  tx.send(
    tx.db
      .updateTable('external_calendars')
      .set({
        name,
        host,
        ...(input.address === undefined
          ? {}
          : {
              sealed_address: tx.ctx.secrets.seal(addressPlace(row.id), input.address),
              next_read_at: tx.now,
            }),
        version: row.version + 1,
        updated_at: tx.now,
      })
      .where('id', '=', row.id),
  )
  tx.audit({
    action: 'external_calendar.updated',
    ...subject(row, model),
    before: { name: row.name, host: row.host },
    after: { name, host, ...(input.address === undefined ? {} : { address: 'changed' }) },
  })
  tellOfCalendar(tx, model, input.address === undefined ? undefined : { calendarId: row.id, at: tx.now })
  return model.id
}

/** Forgets the calendar and what it said. */
export async function removeExternalCalendar(tx: Tx, id: string, version: number | undefined): Promise<string> {
  const { row, model } = await lockCalendar(tx, id, version)
  tx.send(tx.db.deleteFrom('external_calendars').where('id', '=', row.id))
  tx.audit({ action: 'external_calendar.removed', ...subject(row, model), before: { name: row.name, host: row.host } })
  tellOfCalendar(tx, model)
  return model.id
}

/** Has it read now and not when its time comes. */
export async function readExternalNow(tx: Tx, id: string): Promise<string> {
  const { row, model } = await lockCalendar(tx, id, undefined)
  tx.send(tx.db.updateTable('external_calendars').set({ next_read_at: tx.now }).where('id', '=', row.id))
  tx.audit({ action: 'external_calendar.read_asked', ...subject(row, model) })
  tellOfCalendar(tx, model, { calendarId: row.id, at: tx.now })
  return model.id
}

function subject(row: Selectable<ExternalCalendarsTable>, model: CalendarModel) {
  return { entityType: 'external_calendar', entityId: row.id, entityRef: model.public_code }
}

/** Locks the model first, as everything does that changes her time. Throws `not_found`, `stale_write`. */
async function lockCalendar(tx: Tx, id: string, version: number | undefined) {
  const [found] = await tx.run(tx.db.selectFrom('external_calendars').select('model_id').where('id', '=', id))
  if (!found) throw notFound('calendar')
  const model = await lockModelOfCalendars(tx, found.model_id)
  const [row] = await tx.run(tx.db.selectFrom('external_calendars').selectAll().where('id', '=', id).forUpdate())
  if (!row) throw notFound('calendar')
  requireVersion({ ...row, status: row.state }, version)
  return { row, model }
}
