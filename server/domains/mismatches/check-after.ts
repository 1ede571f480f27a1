import { sql } from 'kysely'
import { type EventRow, payloadOf } from '#server/outbox/catalogue.ts'
import type { Tx } from '#server/transact.ts'
import { checkCover, checkModels } from './check.ts'

/** What an event may have put out of place. */
interface Touched {
  models: string[]
  places: string[]
  /** More than one job should look through: the sweep does it. */
  everything: boolean
}

const NOTHING: Touched = { models: [], places: [], everything: false }

/** Looks at what an event touched. True when that is everything: the caller has the sweep run. */
export async function checkAfter(tx: Tx, event: EventRow): Promise<boolean> {
  const touched = await touchedBy(tx, event)
  const models = await thatMayDiffer(tx, touched.models)
  const cause = { entityId: event.entity_id, at: event.occurred_at }
  await checkModels(tx, models, cause)
  await checkCover(tx, await thatAreCovered(tx, touched.places), cause)
  return touched.everything
}

async function touchedBy(tx: Tx, event: EventRow): Promise<Touched> {
  switch (event.type) {
    case 'booking.status_changed':
    case 'booking.updated':
      return { ...NOTHING, models: await modelsOfBooking(tx, event.entity_id) }
    case 'model.status_changed':
    case 'model.updated':
    case 'model.calendar_changed':
    case 'model.availability_changed':
      return { ...NOTHING, models: [event.entity_id], places: await placesOfModel(tx, event.entity_id) }
    case 'cover_rule.changed': {
      const { locationId } = payloadOf('cover_rule.changed', event)
      return { ...NOTHING, places: locationId ? [locationId] : [] }
    }
    case 'availability_rule.changed': {
      const { modelId, locationId } = payloadOf('availability_rule.changed', event)
      if (modelId) return { ...NOTHING, models: [modelId], places: await placesOfModel(tx, modelId) }
      return { ...NOTHING, places: locationId ? [locationId] : [], everything: true }
    }
    default:
      return NOTHING
  }
}

/** Whose it is, and whose it was when that was out of place. */
async function modelsOfBooking(tx: Tx, bookingId: string): Promise<string[]> {
  const rows = await tx.run(sql<{ model_id: string }>`
    select model_id from bookings where id = ${bookingId}::uuid
    union select model_id from availability_mismatches
    where booking_id = ${bookingId}::uuid and resolved_at is null and model_id is not null`)
  return rows.map((row) => row.model_id)
}

async function placesOfModel(tx: Tx, modelId: string): Promise<string[]> {
  const rows = await tx.run(tx.db.selectFrom('models').select('primary_location_id').where('id', '=', modelId))
  return rows.map((row) => row.primary_location_id)
}

/** A model without hours, slots, days off and calendars is free at any time: nothing can differ, unless it did. */
async function thatMayDiffer(tx: Tx, modelIds: readonly string[]): Promise<string[]> {
  if (modelIds.length === 0) return []
  const rows = await tx.run(sql<{ id: string }>`
    select m.id from models m where m.id = any(${modelIds}::uuid[]) and (
      exists (select 1 from availability_slots s where s.model_id = m.id)
      or exists (select 1 from availability_exceptions e where e.model_id = m.id)
      or exists (select 1 from availability_rules r where r.active and r.kind in ('hours', 'blackout')
        and (r.scope = 'global' or r.model_id = m.id or r.location_id = m.primary_location_id))
      or exists (select 1 from external_calendars c where c.model_id = m.id)
      or exists (select 1 from availability_mismatches x where x.model_id = m.id and x.resolved_at is null))`)
  return rows.map((row) => row.id)
}

async function thatAreCovered(tx: Tx, locationIds: readonly string[]): Promise<string[]> {
  if (locationIds.length === 0) return []
  const rows = await tx.run(sql<{ location_id: string }>`
    select location_id from cover_rules where location_id = any(${locationIds}::uuid[])
    union select location_id from availability_mismatches
    where location_id = any(${locationIds}::uuid[]) and kind = 'missing_cover' and resolved_at is null`)
  return rows.map((row) => row.location_id)
}
