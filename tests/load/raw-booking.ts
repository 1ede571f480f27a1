import type pg from 'pg'
import type { Ids } from '#server/context.ts'
import type { FreeHour } from './stage.ts'

/**
 * What confirming a booking writes, in one statement and one round trip: the booking, its block, and of timeline, audit
 * and outbox the three rows each that the product's steps leave. It stays a draft, which is all the table lets anyone insert.
 */
const TEXT = `with b as (
    insert into bookings (id, ref, client_id, model_id, location_id, starts_at, ends_at, call_type, status, price_amount, price_lines,
      currency, deposit_amount, waiver_reason, waived_by, assignee_id, internal_notes, created_by, created_at, updated_at)
    values ($1, 'B-' || nextval('booking_ref_seq'), $2, $3, $4, $5, $6, 'incall', 'draft', 14000, $7::jsonb,
      'GBP', null, 'bench floor', $8, null, '', $8, $9, $9) returning ref
  ), k as (
    insert into time_blocks (id, model_id, kind, booking_id, starts_at, ends_at, minutes_before, minutes_after, created_by, created_at, updated_at)
    values ($10, $3, 'booking', $1, $5, $6, 0, 15, $8, $9, $9)
  ), t as (
    insert into booking_timeline (id, booking_id, at, kind, title, body, data, actor_id, actor_name)
    select r.id, $1, $9, 'status', r.title, null, '{"from":"draft","to":"pending"}', $8, 'bench'
    from jsonb_to_recordset($11::jsonb) as r(id uuid, title text)
  ), a as (
    insert into audit_log (id, at, actor_kind, actor_id, actor_name, via, action, entity_type, entity_id, entity_ref, before, after, request_id, ip, agent)
    select r.id, $9, 'user', $8, 'bench', 'rest', 'booking.status_changed', 'booking', $1, b.ref, r.before, r.after, 'bench', '127.0.0.1', 'bench'
    from b, jsonb_to_recordset($12::jsonb) as r(id uuid, before jsonb, after jsonb)
  )
  insert into domain_events (id, type, entity_type, entity_id, entity_ref, payload, timers, actor_id, occurred_at)
  select r.id, r.type, 'booking', $1, b.ref, r.payload, r.timers, $8, $9
  from b, jsonb_to_recordset($13::jsonb) as r(id uuid, type text, payload jsonb, timers jsonb)`

export interface RawBooking extends FreeHour {
  clientId: string
  actorId: string
}

export async function insertRawBooking(on: pg.Pool, ids: Ids, booking: RawBooking): Promise<string> {
  const id = ids.next()
  const now = new Date()
  const steps = ['booking.created', 'booking.status_changed', 'booking.status_changed']
  const timer = { key: `booking:${id}:pending`, task: 'booking-check-pending', payload: { bookingId: id }, runAt: null }
  await on.query({
    name: 'bench_floor',
    text: TEXT,
    values: [
      id,
      booking.clientId,
      booking.modelId,
      booking.locationId,
      booking.start,
      booking.end,
      '[{"kind":"rate","label":"1 hour","amount":14000}]',
      booking.actorId,
      now,
      ids.next(),
      JSON.stringify(['Draft made', 'draft → pending', 'pending → confirmed'].map((title) => ({ id: ids.next(), title }))),
      JSON.stringify(
        steps.map(() => ({
          id: ids.next(),
          before: { status: 'draft' },
          after: {
            status: 'pending',
            clientId: booking.clientId,
            modelId: booking.modelId,
            start: booking.start,
            end: booking.end,
            price: 14_000,
          },
        })),
      ),
      JSON.stringify(steps.map((type) => ({ id: ids.next(), type, payload: { from: 'draft', to: 'pending' }, timers: [timer] }))),
    ],
  })
  return id
}
