import type { Updateable } from 'kysely'
import type { BookingsTable, Timer } from '#db/tables/index.ts'
import { type Ctx, may, systemActor } from '#server/context.ts'
import {
  findAlternatives,
  insertBlock,
  keepBlock,
  lockAndProbe,
  type Overlap,
  overlapOf,
  releaseBlock,
  type TimeWanted,
} from '#server/domains/availability/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance, type Living, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type BookingFacts, bookingLifecycle } from './booking.machine.ts'
import { type LockedBooking, lockBooking } from './booking.repository.ts'
import { bookingStatusInput } from './booking.schema.ts'

const TAKES_TIME = ['deposit_required', 'confirmed']
const ENDS_HOLD = ['confirmed', 'cancelled', 'expired']

export function wantedBy(row: LockedBooking): TimeWanted {
  return {
    modelId: row.model_id,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    minutesBefore: row.buffer_before_min,
    minutesAfter: row.buffer_after_min,
  }
}

export function factsOf(row: LockedBooking, now: Date, overlap: Overlap | null): BookingFacts {
  return {
    now,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    depositAmount: row.deposit_amount,
    depositStatus: row.deposit_status,
    depositDeadlineAt: row.deposit_deadline_at,
    waived: row.waiver_reason !== null,
    modelName: row.model_name,
    modelStatus: row.model_status,
    clientBlacklisted: row.client_tags.includes('blacklist'),
    overlap,
  }
}

function lapsed(overlap: Overlap, now: Date): boolean {
  return overlap.kind === 'hold' && overlap.expiresAt !== null && overlap.expiresAt <= now
}

/** What is in the way of this booking's time, holding the model's lock when nothing is; lapsed holds are expired first. */
export async function takeOverlap(tx: Tx, row: LockedBooking): Promise<Overlap | null> {
  // Its own hold stands in the ledger already, and the constraint keeps everything else out.
  if (row.status === 'deposit_required') return null
  const seen = overlapOf(row.probe)
  if (seen && !lapsed(seen, tx.now)) return seen
  for (;;) {
    const overlap = await lockAndProbe(tx, wantedBy(row), row.id)
    if (!overlap?.bookingId || !lapsed(overlap, tx.now)) return overlap
    await expireLapsed(tx, overlap.bookingId)
  }
}

/** Expires a hold whose deadline has passed, in the transaction of whoever wants its time. */
export async function expireLapsed(tx: Tx, bookingId: string): Promise<void> {
  // In the clock's name: what lapsed is not put down to whoever noticed.
  const asClock = tx.as(systemActor('hold expiry'))
  // Without its inquiry: we hold a model by now, and inquiries are locked before models.
  const lapsedBooking = await lockBooking(asClock, bookingId, { withInquiry: false })
  if (lapsedBooking.status !== 'deposit_required') return
  await advance(asClock, bookingLiving, lapsedBooking, { newStatus: 'expired', reason: 'The deposit was not paid in time.' })
}

const metadataSchema = bookingStatusInput.shape.metadata

/** Deposit, waiver and deadline that come with a step. */
async function accept(tx: Tx, row: LockedBooking, request: TransitionRequest): Promise<Partial<LockedBooking>> {
  const given = metadataSchema.safeParse(request.metadata ?? {})
  if (!given.success) {
    throw new AppError('invalid', 'metadata is not understood.', {
      errors: given.error.issues.map((issue) => ({ path: ['metadata', ...issue.path].join('.'), message: issue.message })),
    })
  }
  const { deposit, waiver, depositDeadline } = given.data
  const columns: Partial<LockedBooking> = {}
  if (deposit) {
    if (deposit.currency !== row.currency) throw invalid('metadata.deposit.currency', `must be ${row.currency}, as the price`)
    if (row.deposit_status === 'paid' && deposit.amount !== row.deposit_amount) {
      throw new AppError('conflict', 'The deposit is already paid; its amount can not change.')
    }
    columns.deposit_amount = deposit.amount
  }
  if (waiver) {
    requireWaive(tx.ctx)
    columns.waiver_reason = waiver.reason
    columns.waived_by = tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null
  }
  if (request.newStatus === 'deposit_required') {
    const deadline = depositDeadline ?? new Date(Math.min(tx.now.getTime() + row.hold_minutes * 60_000, row.ends_at.getTime()))
    if (deadline <= tx.now) throw invalid('metadata.depositDeadline', 'must be in the future')
    if (deadline > row.ends_at) throw invalid('metadata.depositDeadline', 'must be before the end of the booking')
    columns.deposit_deadline_at = deadline
  }
  if (request.reason) columns.status_reason = request.reason
  return columns
}

export function requireWaive(ctx: Ctx): void {
  if (!may(ctx, 'bookings.waive_deposit')) {
    throw new AppError('forbidden', 'Your role may not waive a deposit. Ask a manager, or set a deposit amount.')
  }
}

async function takeTime(tx: Tx, row: LockedBooking, kind: 'hold' | 'booking'): Promise<void> {
  if (row.status === 'deposit_required') keepBlock(tx, row.id)
  else insertBlock(tx, { ...wantedBy(row), kind, bookingId: row.id, expiresAt: kind === 'hold' ? row.deposit_deadline_at : null })
}

function timers(row: LockedBooking, edge: { to: string }, tx: Tx): Timer[] {
  const list: Timer[] = []
  const hold = { key: `booking:${row.id}:hold`, task: 'booking-expire-hold', payload: { bookingId: row.id } }
  if (edge.to === 'deposit_required' && row.deposit_deadline_at)
    list.push({ ...hold, runAt: row.deposit_deadline_at.toISOString() })
  else if (ENDS_HOLD.includes(edge.to)) list.push({ ...hold, runAt: null })
  const pending = { key: `booking:${row.id}:pending`, task: 'booking-check-pending', payload: { bookingId: row.id } }
  if (edge.to === 'pending')
    list.push({ ...pending, runAt: new Date(tx.now.getTime() + PENDING_CHECK_MINUTES * 60_000).toISOString() })
  else if (edge.to !== 'deposit_required') list.push({ ...pending, runAt: null })
  return list
}

/** A booking pending this long becomes a task. Source: the shipped rules of the product description. */
const PENDING_CHECK_MINUTES = 24 * 60

export const bookingLiving: Living<LockedBooking, BookingFacts> = {
  lifecycle: bookingLifecycle,
  entityType: 'booking',
  refOf: (row) => row.ref,
  assigneeOf: (row) => row.assignee_id,
  timelineOf: (row) => row.id,
  accept,
  async facts(tx, row, to) {
    return factsOf(row, tx.now, TAKES_TIME.includes(to) ? await takeOverlap(tx, row) : null)
  },
  actions: {
    async holdTime(tx, row) {
      await takeTime(tx, row, 'hold')
      return { deposit_status: row.deposit_status === 'paid' ? 'paid' : 'pending' }
    },
    async bookTime(tx, row) {
      await takeTime(tx, row, 'booking')
      return { deposit_deadline_at: null }
    },
    async releaseTime(tx, row) {
      releaseBlock(tx, row.id)
      return {}
    },
    async convertInquiry(tx, row) {
      if (row.inquiry_id) {
        // Imported when needed: inquiries are built on bookings, and this is the one step back.
        const { convertInquiry } = await import('#server/domains/inquiries/index.ts')
        await convertInquiry(tx, row.inquiry_id, row)
      }
      return {}
    },
  },
  save(tx, row) {
    const columns: Updateable<BookingsTable> = {
      status: row.status,
      version: row.version,
      updated_at: tx.now,
      status_reason: row.status_reason,
      deposit_amount: row.deposit_amount,
      deposit_status: row.deposit_status,
      deposit_deadline_at: row.deposit_deadline_at,
      waiver_reason: row.waiver_reason,
      waived_by: row.waived_by,
    }
    tx.send(tx.db.updateTable('bookings').set(columns).where('id', '=', row.id))
  },
  timers,
  async explain(tx, row, facts, refusal) {
    if (refusal.facts.rule !== 'timeIsFree' || !facts.overlap) return refusal
    const taken = new AppError('taken', refusal.message, {
      ...refusal.facts,
      conflict: { from: facts.overlap.from.toISOString(), to: facts.overlap.to.toISOString() },
      alternatives: await findAlternatives(tx.db, wantedBy(row), row.location_id),
    })
    return taken
  },
}
