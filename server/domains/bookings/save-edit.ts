import type { Updateable } from 'kysely'
import type { BookingsTable, Timer } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'
import type { LockedBooking } from './booking.repository.ts'
import type { Quote } from './quote.ts'
import { type Sums, settle } from './settlement.ts'

/** What was received so far, refunds already taken off. */
export function netOf(row: LockedBooking): Sums {
  return { received: row.paid_amount, refunded: 0 }
}

export function statusAt(row: LockedBooking, price: number) {
  return row.payment_status === 'refunded' ? 'refunded' : settle({ ...row, price_amount: price }, netOf(row)).payment_status
}

/** Writes an edit with its audit, timeline and event. False, and nothing is written, when it changes nothing. */
export function saveEdit(
  tx: Tx,
  row: LockedBooking,
  given: Updateable<BookingsTable>,
  title: string,
  { reason, timers }: { reason?: string; timers?: Timer[] } = {},
): boolean {
  const before: Record<string, unknown> = {}
  const columns: Updateable<BookingsTable> = {}
  for (const [key, value] of Object.entries(given)) {
    const old = row[key as keyof LockedBooking]
    const same =
      value instanceof Date && old instanceof Date
        ? value.getTime() === old.getTime()
        : key === 'price_lines'
          ? value === JSON.stringify(old)
          : value === old
    if (same) continue
    before[key] = old
    Object.assign(columns, { [key]: value })
  }
  if (Object.keys(columns).length === 0) return false
  tx.send(
    tx.db
      .updateTable('bookings')
      .set({ ...columns, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.audit({
    action: 'booking.updated',
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
    before,
    after: columns.price_lines === undefined ? columns : { ...columns, price_lines: JSON.parse(columns.price_lines) },
    reason: reason ?? null,
  })
  tx.timeline({ bookingId: row.id, kind: 'edited', title, body: reason ?? null, data: { fields: Object.keys(columns) } })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
    payload: { fields: Object.keys(columns) },
    timers,
    assigneeId: columns.assignee_id === undefined ? row.assignee_id : columns.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
  return true
}

export function auditServices(tx: Tx, row: LockedBooking, before: string[], quote: Quote): void {
  const after = quote.services.map((service) => service.code).sort()
  if (after.join() === before.join()) return
  tx.audit({
    action: 'booking.services_changed',
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
    before: { services: before },
    after: { services: after },
  })
}

/** What was paid and what it costs now are brought together. */
export async function settlePrice(tx: Tx, before: LockedBooking, price: number | undefined): Promise<void> {
  if (price === undefined || price === before.price_amount || before.status !== 'confirmed') return
  // The checkout knows bookings, and is known here only when there is money to settle.
  const { settleDifference } = await import('#server/domains/checkout/index.ts')
  await settleDifference(tx, before, price)
}
