import { type Selectable, sql, type Updateable } from 'kysely'
import type { PaymentState, PaymentsTable } from '#db/tables/index.ts'
import type { Sums } from '#server/domains/bookings/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export type LockedPayment = Selectable<PaymentsTable>

/** Money that came in, whatever became of it since. */
export const RECEIVED: readonly PaymentState[] = ['succeeded', 'partly_refunded', 'refunded', 'disputed']
/** The client may still pay by it. */
export const OPEN: readonly PaymentState[] = ['pending', 'requires_action', 'failed']

/** Locks a payment; its booking is locked before it (lockBooking). */
export async function lockPayment(tx: Tx, id: string): Promise<LockedPayment> {
  const [row] = await tx.run(tx.db.selectFrom('payments').selectAll().where('id', '=', id).forUpdate())
  if (!row) throw notFound('payment')
  return row
}

/** The booking of a payment, read before anything is locked: bookings come first. */
export async function bookingOfPayment(tx: Tx, id: string): Promise<string> {
  const [row] = await tx.run(tx.db.selectFrom('payments').select('booking_id').where('id', '=', id))
  if (!row) throw notFound('payment')
  return row.booking_id
}

/** Columns beside the status; version and status are the lifecycle's. */
export function updatePayment(tx: Tx, id: string, columns: Updateable<PaymentsTable>): void {
  tx.send(
    tx.db
      .updateTable('payments')
      .set({ ...columns, updated_at: tx.now })
      .where('id', '=', id),
  )
}

/** What was received and given back for a booking, minor units. */
export async function sumsOf(tx: Tx, bookingId: string): Promise<Sums> {
  const [row] = await tx.run(sql<Sums>`
    select coalesce(sum(amount) filter (where type <> 'refund' and status = any(${[...RECEIVED]})), 0)::float8 as received,
      coalesce(sum(amount) filter (where type = 'refund' and status = 'succeeded'), 0)::float8 as refunded
    from payments where booking_id = ${bookingId}::uuid`)
  return row ?? { received: 0, refunded: 0 }
}
