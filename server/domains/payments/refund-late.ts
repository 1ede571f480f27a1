import type { LockedBooking, Reheld } from '#server/domains/bookings/index.ts'
import { createTask } from '#server/domains/tasks/index.ts'
import type { Tx } from '#server/transact.ts'
import type { LockedPayment } from './payment.repository.ts'
import { refundLocked } from './request-refund.ts'

/**
 * Money for a booking that is over: it came after the hold had ended or the booking was cancelled. It goes back at once,
 * whole, and somebody talks to the client.
 */
export async function refundLate(
  tx: Tx,
  booking: LockedBooking,
  payment: LockedPayment,
  lost?: Extract<Reheld, { held: false }>,
): Promise<LockedBooking> {
  const over = booking.status === 'expired' ? 'its hold had ended' : 'it was cancelled'
  await refundLocked(tx, booking, payment, {
    amount: { amount: payment.amount, currency: payment.currency },
    reason: `Paid after ${over}`,
    kind: 'late',
  })
  await createTask(tx, {
    type: 'late_payment',
    subject: `${booking.ref} was paid after ${over}: the money goes back by itself, talk to the client`,
    details: lost ? detailsOf(lost) : '',
    priority: 'high',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    assigneeId: booking.assignee_id ?? undefined,
    dedupeKey: `late-payment:${payment.id}`,
  })
  return booking
}

/** Why the time could not be held again, and what could be offered instead. */
function detailsOf({ text, alternatives }: Extract<Reheld, { held: false }>): string {
  const free = alternatives.map(({ modelName, start }) => `${modelName} is free from ${new Date(start).toISOString()}`)
  return [text, ...free].join('\n')
}
