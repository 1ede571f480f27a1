import type { Updateable } from 'kysely'
import type { BookingsTable, CallType, Timer } from '#db/tables/index.ts'
import { systemActor } from '#server/context.ts'
import {
  auditAside,
  findLockedHold,
  moveBlock,
  moveHold,
  type Override,
  requireTime,
  setDeadline,
  shortenBlock,
  type TimeQuestion,
} from '#server/domains/availability/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { questionOf } from './booking.lifecycle.ts'
import { type LockedBooking, lockBooking } from './booking.repository.ts'
import { periodProblem, type RescheduleInput } from './booking.schema.ts'
import { sendServices } from './create-booking.ts'
import { type Quote, requireQuote } from './quote.ts'
import { auditServices, saveEdit, settlePrice, statusAt } from './save-edit.ts'

/** Where a booking goes; what is not given stays. */
export interface Move {
  start?: Date
  end?: Date
  /** Slug. */
  location?: string
  modelId?: string
  callType?: CallType
  services?: string[]
  override?: Override
  reason?: string
}

export interface Moved {
  /** Time in the ledger went with it. */
  rescheduled: boolean
  reason?: string
  timers?: Timer[]
}

const FINAL = ['completed', 'cancelled', 'no_show', 'expired']

/**
 * Reschedules, extends or shortens a booking, in one transaction under the model's lock (both models', in the order of
 * their ids): the old time is free exactly when the new one is taken. Throws `taken` with alternatives,
 * `transition_refused` with the rule that forbids the new time, `stale_write`, `conflict`.
 */
export async function rescheduleBooking(tx: Tx, { id, version, ...move }: RescheduleInput): Promise<void> {
  const row = await lockBooking(tx, id)
  requireVersion(row, version, { start: row.starts_at, end: row.ends_at, modelId: row.model_id, status: row.status })
  const columns: Updateable<BookingsTable> = {}
  const moved = await moveBooking(tx, row, columns, move)
  saveEdit(tx, row, columns, moved.rescheduled ? 'Rescheduled' : 'Edited', moved)
  await settlePrice(tx, row, columns.price_amount)
}

/** Moves a locked booking: fills `columns` for the caller to save, and moves its block when it has one. */
export async function moveBooking(tx: Tx, row: LockedBooking, columns: Updateable<BookingsTable>, move: Move): Promise<Moved> {
  if (FINAL.includes(row.status)) throw new AppError('conflict', 'This booking is over.')
  if (row.status === 'in_progress') return changeEnd(tx, row, columns, move)
  const quote = await quoteMove(tx, row, move)
  const start = move.start ?? row.starts_at
  const end = move.end ?? row.ends_at
  Object.assign(columns, {
    currency: quote.currency,
    payment_status: statusAt(row, quote.price),
    starts_at: start,
    ends_at: end,
    model_id: quote.model.id,
    location_id: quote.locationId,
    call_type: move.callType ?? row.call_type,
    price_amount: quote.price,
    price_lines: JSON.stringify(quote.lines),
  })
  const question: TimeQuestion = {
    modelId: quote.model.id,
    startsAt: start,
    endsAt: end,
    locationId: quote.locationId,
    callType: move.callType ?? row.call_type,
    serviceIds: quote.services.map((service) => service.id),
    exceptBookingId: row.id,
  }
  if (!(await hasTime(tx, row)) || isSame(question, row)) return { rescheduled: false }
  if (end <= tx.now) throw invalid('end', 'must be in the future')
  const timers = holdNotBeyond(tx, row, columns, end)
  await moveTime(tx, row, question, quote.model.name, move, columns.deposit_deadline_at)
  return { rescheduled: true, reason: move.reason, timers }
}

function isSame(question: TimeQuestion, row: LockedBooking): boolean {
  return (
    question.modelId === row.model_id &&
    question.startsAt.getTime() === row.starts_at.getTime() &&
    question.endsAt.getTime() === row.ends_at.getTime() &&
    question.locationId === row.location_id
  )
}

/** Whether something of the ledger goes with it. Locks the hold a draft was made of; a hold that ended is none. */
async function hasTime(tx: Tx, row: LockedBooking): Promise<boolean> {
  if (row.status !== 'draft' && row.status !== 'pending') return true
  if (!row.own_block) return false
  const hold = await findLockedHold(tx.as(systemActor('booking')), row.own_block.id)
  return hold?.status === 'held'
}

async function moveTime(
  tx: Tx,
  row: LockedBooking,
  question: TimeQuestion,
  modelName: string,
  { override }: Move,
  deadline: unknown,
): Promise<void> {
  const onlyShorter =
    question.modelId === row.model_id &&
    question.locationId === row.location_id &&
    question.startsAt.getTime() === row.starts_at.getTime() &&
    question.endsAt < row.ends_at
  const ofHold = (row.status === 'draft' || row.status === 'pending') && row.own_block
  if (onlyShorter) shortenBlock(tx, { bookingId: row.id }, question.endsAt)
  else {
    const { decision, aside } = await requireTime(tx, modelName, question, override, [row.model_id])
    moveBlock(tx, { bookingId: row.id }, { ...question, ...decision })
    auditAside(tx, { entityType: 'booking', entityId: row.id, entityRef: row.ref }, aside, override)
  }
  if (ofHold) moveHold(tx, ofHold.id, question)
  else if (deadline instanceof Date) setDeadline(tx, { bookingId: row.id }, deadline)
}

/** During the booking only its end moves: later when she is free, earlier at any time. What was agreed to be paid stays for less, and is quoted anew for more. */
async function changeEnd(tx: Tx, row: LockedBooking, columns: Updateable<BookingsTable>, move: Move): Promise<Moved> {
  const elsewhere =
    (move.start && move.start.getTime() !== row.starts_at.getTime()) ||
    (move.modelId && move.modelId !== row.model_id) ||
    (move.callType && move.callType !== row.call_type) ||
    (move.location && move.location !== (await slugOf(tx, row.location_id)))
  if (elsewhere) throw new AppError('conflict', 'It has begun: only its end can change now.')
  const end = new Date(Math.max((move.end ?? row.ends_at).getTime(), tx.now.getTime()))
  if (end.getTime() === row.ends_at.getTime()) return { rescheduled: false }
  const longer = end > row.ends_at
  const question: TimeQuestion = { ...questionOf(row), endsAt: end }
  if (longer) {
    const quote = await quoteMove(tx, row, { end })
    Object.assign(columns, {
      price_amount: quote.price,
      price_lines: JSON.stringify(quote.lines),
      payment_status: statusAt(row, quote.price),
    })
  }
  columns.ends_at = end
  await moveTime(tx, row, question, row.model_name, move, undefined)
  return { rescheduled: true, reason: move.reason ?? (longer ? 'Extended' : 'Finished early') }
}

/** The price of the booking as it would be then. */
async function quoteMove(tx: Tx, row: LockedBooking, move: Move): Promise<Quote> {
  const start = move.start ?? row.starts_at
  const end = move.end ?? row.ends_at
  const problem = periodProblem(start, end)
  if (problem !== null) throw invalid(move.end === undefined ? 'start' : 'end', problem)
  const held = await servicesOf(tx, row.id)
  const quote = await requireQuote(tx, {
    clientId: row.client_id,
    modelId: move.modelId ?? row.model_id,
    location: move.location ?? (await slugOf(tx, row.location_id)),
    start,
    end,
    callType: move.callType ?? row.call_type,
    services: move.services ?? held,
  })
  if (quote.currency !== row.currency && (row.paid_amount > 0 || row.deposit_amount !== null)) {
    throw new AppError(
      'conflict',
      `That would be priced in ${quote.currency}, and money in ${row.currency} is agreed already. Book anew.`,
    )
  }
  if (move.services) {
    tx.send(tx.db.deleteFrom('booking_services').where('booking_id', '=', row.id))
    if (quote.services.length > 0) sendServices(tx, row.id, quote)
    auditServices(tx, row, held, quote)
  }
  return quote
}

/** A deposit is not waited for longer than the booking lasts. */
function holdNotBeyond(tx: Tx, row: LockedBooking, columns: Updateable<BookingsTable>, end: Date): Timer[] | undefined {
  if (row.status !== 'deposit_required' || !row.deposit_deadline_at) return undefined
  if (row.deposit_deadline_at <= tx.now) {
    throw new AppError('conflict', 'Its hold has ended unpaid. Book the time anew.')
  }
  if (row.deposit_deadline_at <= end) return undefined
  columns.deposit_deadline_at = end
  return [
    { key: `booking:${row.id}:hold`, task: 'booking-expire-hold', payload: { bookingId: row.id }, runAt: end.toISOString() },
  ]
}

export async function slugOf(tx: Tx, locationId: string): Promise<string> {
  const row = await tx.db.selectFrom('locations').select('slug').where('id', '=', locationId).executeTakeFirstOrThrow()
  return row.slug
}

export async function servicesOf(tx: Tx, bookingId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('booking_services as bs')
    .innerJoin('services as s', 's.id', 'bs.service_id')
    .select('s.code')
    .where('bs.booking_id', '=', bookingId)
    .orderBy('s.code')
    .execute()
  return rows.map((row) => row.code)
}
