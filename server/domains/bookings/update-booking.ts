import type { Updateable } from 'kysely'
import type { BookingsTable } from '#db/tables/index.ts'
import { requireAssignable } from '#server/auth/assignment.ts'
import { may } from '#server/context.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance, requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { bookingLiving } from './booking.lifecycle.ts'
import { type LockedBooking, lockBooking } from './booking.repository.ts'
import type { UpdateBookingInput } from './booking.schema.ts'
import { sendServices } from './create-booking.ts'
import { moveBooking, servicesOf, slugOf } from './move-booking.ts'
import { requireQuote } from './quote.ts'
import { auditServices, netOf, saveEdit, settlePrice, statusAt } from './save-edit.ts'
import { settle } from './settlement.ts'

const FINAL = ['completed', 'cancelled', 'no_show', 'expired']

function current(row: LockedBooking): Record<string, unknown> {
  return {
    status: row.status,
    start: row.starts_at,
    end: row.ends_at,
    modelId: row.model_id,
    deposit: row.deposit_amount,
    internalNotes: row.internal_notes,
    clientConfirmedArrival: row.client_confirmed_arrival,
  }
}

/**
 * Edits a booking. Another time, place, model or call type is a move: the price is quoted anew, and time that is held
 * or booked moves under the lock. Throws `stale_write` with what changed, `conflict` when it is too late for that field,
 * `taken` or `transition_refused` when the new time can't be had.
 */
export async function updateBooking(tx: Tx, input: UpdateBookingInput & { services?: string[] }): Promise<void> {
  const row = await lockBooking(tx, input.id)
  requireVersion(row, input.version, current(row))
  const columns: Updateable<BookingsTable> = {}
  const moves = input.start ?? input.end ?? input.location ?? input.modelId ?? input.callType
  const moved = moves === undefined ? undefined : await moveBooking(tx, row, columns, input)
  if (input.depositRequired !== undefined) setDeposit(row, columns, input.depositRequired)
  if (input.internalNotes !== undefined) columns.internal_notes = input.internalNotes
  if (input.clientConfirmedArrival !== undefined) {
    if (FINAL.includes(row.status)) throw new AppError('conflict', 'This booking is over.')
    columns.client_confirmed_arrival = input.clientConfirmedArrival
  }
  if (!saveEdit(tx, row, columns, moved?.rescheduled ? 'Rescheduled' : 'Edited', moved)) return
  await settlePrice(tx, row, columns.price_amount)
  // A deposit lowered to what was already received is paid: the hold has what it waited for.
  if (row.status === 'deposit_required' && columns.deposit_status === 'paid') {
    const paid: LockedBooking = {
      ...row,
      deposit_amount: columns.deposit_amount ?? row.deposit_amount,
      deposit_status: 'paid',
      version: row.version + 1,
    }
    await advance(tx, bookingLiving, paid, { newStatus: 'confirmed', reason: 'What was received covers the deposit.' })
  }
}

function setDeposit(
  row: LockedBooking,
  columns: Updateable<BookingsTable>,
  deposit: { amount: number; currency: string } | null,
): void {
  if (row.deposit_status === 'paid' || !['draft', 'pending', 'deposit_required'].includes(row.status)) {
    throw new AppError('conflict', 'The deposit is settled; its amount can not change.')
  }
  if (deposit === null && row.status === 'deposit_required')
    throw new AppError('conflict', 'The time is held for this deposit. Waive it instead.')
  if (deposit && deposit.currency !== row.currency)
    throw invalid('depositRequired.currency', `must be ${row.currency}, as the price`)
  columns.deposit_amount = deposit?.amount ?? null
  columns.deposit_status = settle({ ...row, deposit_amount: columns.deposit_amount }, netOf(row)).deposit_status
}

/** Replaces the services of a booking that has not begun and quotes it anew. */
export async function setBookingServices(tx: Tx, input: { id: string; version?: number; services: string[] }): Promise<void> {
  const row = await lockBooking(tx, input.id)
  requireVersion(row, input.version, current(row))
  if (!['draft', 'pending', 'deposit_required', 'confirmed'].includes(row.status)) {
    throw new AppError('conflict', 'Services can be changed until the booking begins.')
  }
  const before = await servicesOf(tx, row.id)
  const quote = await requireQuote(tx, {
    clientId: row.client_id,
    modelId: row.model_id,
    location: await slugOf(tx, row.location_id),
    start: row.starts_at,
    end: row.ends_at,
    callType: row.call_type,
    services: input.services,
  })
  tx.send(tx.db.deleteFrom('booking_services').where('booking_id', '=', row.id))
  if (quote.services.length > 0) sendServices(tx, row.id, quote)
  if (quote.currency !== row.currency) throw new AppError('conflict', `The rates are in ${quote.currency} by now. Book anew.`)
  saveEdit(
    tx,
    row,
    { price_amount: quote.price, price_lines: JSON.stringify(quote.lines), payment_status: statusAt(row, quote.price) },
    'Services changed',
  )
  auditServices(tx, row, before, quote)
  await settlePrice(tx, row, quote.price)
}

/** Gives the booking to someone, or to nobody. Oneself by `bookings.write`, others by `bookings.assign`. */
export async function assignBooking(tx: Tx, input: { id: string; userId: string | null }): Promise<void> {
  const row = await lockBooking(tx, input.id)
  if (row.assignee_id === input.userId) return
  const own = input.userId === tx.ctx.actor.id || (input.userId === null && row.assignee_id === tx.ctx.actor.id)
  if (!own && !may(tx.ctx, 'bookings.assign'))
    throw new AppError('forbidden', 'Your role may take bookings, not assign them to others.')
  // Given to someone who could not see it, it would be lost to everyone who works it.
  if (input.userId !== null) await requireAssignable(tx.db, input.userId, 'bookings.read')
  saveEdit(tx, row, { assignee_id: input.userId }, input.userId === null ? 'Released' : 'Assigned')
}

/** Adds a note to the timeline. */
export async function addBookingNote(tx: Tx, input: { id: string; body: string }): Promise<void> {
  const row = await lockBooking(tx, input.id)
  tx.timeline({ bookingId: row.id, kind: 'note', title: 'Note', body: input.body })
  tx.audit({
    action: 'booking.note_added',
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
    after: { body: input.body },
  })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
    payload: { fields: ['timeline'] },
    assigneeId: row.assignee_id,
  })
}
