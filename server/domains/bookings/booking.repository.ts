import { type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import type { BookingsTable, DB, ModelStatus } from '#db/tables/index.ts'
import { type OverlapJson, overlapProbe } from '#server/domains/availability/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleBookings } from './booking.policy.ts'

/** A locked booking with what its rules look at. */
export interface LockedBooking extends Selectable<BookingsTable> {
  model_name: string
  model_status: ModelStatus
  buffer_before_min: number
  buffer_after_min: number
  client_tags: string[]
  hold_minutes: number
  service_ids: string[]
  /** Its own active row in the ledger. Before it is held or booked that is a hold it was made of, with the same id. */
  own_block: OwnBlock | null
  /** What was in the way when the row was read, before the model was locked. */
  probe: OverlapJson | null
}

export interface OwnBlock {
  id: string
  createdBy: string | null
  /** ISO 8601; null when it is sold. */
  expiresAt: string | null
  /** How far the hold it was made of can be extended; null when it is none (any more). */
  latestAt: string | null
}

export const BOOKING_COLUMNS = [
  'b.id',
  'b.ref',
  'b.inquiry_id',
  'b.client_id',
  'b.model_id',
  'b.location_id',
  'b.starts_at',
  'b.ends_at',
  'b.call_type',
  'b.status',
  'b.status_reason',
  'b.price_amount',
  'b.price_lines',
  'b.currency',
  'b.deposit_amount',
  'b.deposit_status',
  'b.deposit_deadline_at',
  'b.payment_status',
  'b.paid_amount',
  'b.waiver_reason',
  'b.waived_by',
  'b.client_confirmed_arrival',
  'b.assignee_id',
  'b.internal_notes',
  'b.refund_policy_version',
  'b.version',
  'b.created_by',
  'b.created_at',
  'b.updated_at',
  'b.deleted_at',
] as const

type RuleTables = DB & { b: DB['bookings']; m: DB['models']; c: DB['clients'] }

/** Adds what the rules look at: model, client, hold time, and what is in the way now. Expects b, m and c to be joined. */
export function withRuleFacts<T extends RuleTables, O>(query: SelectQueryBuilder<T, 'b' | 'm' | 'c', O>) {
  const from = sql<Date>`(b.starts_at - make_interval(mins => m.buffer_before_min))`
  const to = sql<Date>`(b.ends_at + make_interval(mins => m.buffer_after_min))`
  return query.select([
    sql<ModelStatus>`m.status`.as('model_status'),
    sql<number>`m.buffer_before_min`.as('buffer_before_min'),
    sql<number>`m.buffer_after_min`.as('buffer_after_min'),
    sql<string[]>`c.tags`.as('client_tags'),
    sql<number>`(select (value #>> '{}')::int from settings where key = 'deposit_hold_minutes')`.as('hold_minutes'),
    sql<string[]>`array(select bs.service_id from booking_services bs where bs.booking_id = b.id)`.as('service_ids'),
    sql<OwnBlock | null>`(select jsonb_build_object('id', t.id, 'createdBy', t.created_by, 'expiresAt', t.expires_at,
        'latestAt', (select h.latest_at from time_holds h where h.id = t.id and h.status = 'held'))
      from time_blocks t where t.booking_id = b.id and t.active)`.as('own_block'),
    overlapProbe(sql`b.model_id`, from, to, { bookingId: sql`b.id` }).as('probe'),
  ])
}

/**
 * Locks the booking this actor may see, or throws `not_found`. Its inquiry is locked first when there is one:
 * inquiry → booking → model is the order everywhere, so two steps never wait for each other.
 */
export async function lockBooking(tx: Tx, id: string, how: { withInquiry?: boolean } = {}): Promise<LockedBooking> {
  const row = await findLockedBooking(tx, id, how)
  if (!row) throw notFound('booking')
  return row
}

/** The same, undefined instead of thrown; with `wait: false` also undefined when someone else has it locked. */
export async function findLockedBooking(
  tx: Tx,
  id: string,
  { withInquiry = true, wait = true } = {},
): Promise<LockedBooking | undefined> {
  if (withInquiry)
    tx.send(sql`select 1 from inquiries where id = (select inquiry_id from bookings where id = ${id}::uuid) for update`)
  const [row] = await tx.run(
    withRuleFacts(
      tx.db
        .selectFrom('bookings as b')
        .innerJoin('models as m', 'm.id', 'b.model_id')
        .innerJoin('clients as c', 'c.id', 'b.client_id'),
    )
      .select(BOOKING_COLUMNS)
      .select('m.name as model_name')
      .where('b.id', '=', id)
      .where('b.deleted_at', 'is', null)
      .where(visibleBookings(tx.ctx))
      .forUpdate('b')
      .$if(!wait, (query) => query.skipLocked()),
  )
  return row
}
