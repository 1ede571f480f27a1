import type { Updateable } from 'kysely'
import type { BookingsTable, Timer } from '#db/tables/index.ts'
import { type Ctx, may, systemActor } from '#server/context.ts'
import {
  auditAside,
  endHold,
  findLockedHold,
  hasLapsed,
  insertBlock,
  isTaken,
  judgeTime,
  keepBlock,
  type Overlap,
  type Override,
  overlapOf,
  refusalOf,
  releaseBlock,
  requireOverride,
  type TimeQuestion,
  weigh,
} from '#server/domains/availability/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance, type Living, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type BookingFacts, bookingLifecycle, type JudgedTime } from './booking.machine.ts'
import { findLockedBooking, type LockedBooking, type OwnBlock } from './booking.repository.ts'
import { bookingStatusInput } from './booking.schema.ts'

const TAKES_TIME = ['deposit_required', 'confirmed']
const ENDS_HOLD = ['confirmed', 'cancelled', 'expired']
const BEFORE_HOLD = ['draft', 'pending']

export function questionOf(row: LockedBooking): TimeQuestion {
  return {
    modelId: row.model_id,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    locationId: row.location_id,
    callType: row.call_type,
    serviceIds: row.service_ids,
    exceptBookingId: row.id,
  }
}

export function factsOf(row: LockedBooking, now: Date, judged: JudgedTime | null): BookingFacts {
  const taken = judged?.left.find(isTaken) ?? null
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
    overlap: taken,
    forbidden: taken ? null : (judged?.left.find((reason) => !isTaken(reason)) ?? null),
    judged,
  }
}

/**
 * What the engine says of this booking's time, holding the model's lock when nothing forbids it. Null when the time is
 * its own already: held for its deposit, or by a hold that it was made of.
 */
async function judge(tx: Tx, row: LockedBooking, override: Override | undefined): Promise<JudgedTime | null> {
  if (row.status === 'deposit_required' || (await hasOwnHold(tx, row))) return null
  const seen = overlapOf(row.probe)
  if (seen && !hasLapsed(seen, tx.now)) return takenBy(seen)
  if (seen?.bookingId) await expireUnpaid(tx.as(systemActor('hold expiry')), seen.bookingId)
  const decision = await judgeTime(tx, questionOf(row))
  return { decision, ...weigh(decision.reasons, override) }
}

/** A loser of a race hears it without having waited for the lock. */
function takenBy({ from, to, id, bookingId }: Overlap): JudgedTime {
  const reason = { rule: 'overlap', overridable: false, text: 'She is not free at that time.', change: null } as const
  const left = [{ ...reason, from, to, blockId: id, bookingId }]
  const decision = {
    ok: false,
    reasons: left,
    tentative: false,
    minutesBefore: 0,
    minutesAfter: 0,
    travelBefore: 0,
    travelAfter: 0,
  }
  return { decision, left, aside: [] }
}

/** Locks the hold this draft was made of; false when it has ended meanwhile. */
async function hasOwnHold(tx: Tx, row: LockedBooking): Promise<boolean> {
  if (!row.own_block || !BEFORE_HOLD.includes(row.status)) return false
  const hold = await findLockedHold(tx.as(systemActor('booking')), row.own_block.id)
  return hold?.status === 'held' && hold.booking_id === row.id
}

/**
 * Expires a booking whose deposit was not paid by its deadline, inside a transaction. False when it is none any more,
 * or, with `wait: false`, when someone else has it locked.
 */
export async function expireUnpaid(asClock: Tx, bookingId: string, { wait = true } = {}): Promise<boolean> {
  // Without its inquiry: the caller may hold a model by now, and inquiries are locked before models.
  const row = await findLockedBooking(asClock, bookingId, { withInquiry: false, wait })
  if (row?.status !== 'deposit_required' || !row.deposit_deadline_at || row.deposit_deadline_at > asClock.now) return false
  await advance(asClock, bookingLiving, row, { newStatus: 'expired', reason: 'The deposit was not paid in time.' })
  return true
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
  if (given.data.override) requireOverride(tx.ctx)
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

/** Under the model's lock, or over the booking's own block: what `judge` answered says which. */
function takeTime(
  tx: Tx,
  row: LockedBooking,
  kind: 'hold' | 'booking',
  request: TransitionRequest,
  { judged }: BookingFacts,
): void {
  const expiresAt = kind === 'hold' ? row.deposit_deadline_at : null
  if (judged) {
    insertBlock(tx, { ...questionOf(row), ...judged.decision, kind, bookingId: row.id, expiresAt })
    auditAside(tx, { entityType: 'booking', entityId: row.id, entityRef: row.ref }, judged.aside, overrideOf(request))
    return
  }
  keepBlock(tx, row.id, kind, expiresAt)
  if (BEFORE_HOLD.includes(row.status) && row.own_block) endHold(tx, heldFor(row, row.own_block), 'booked')
}

function heldFor(row: LockedBooking, { id, createdBy }: OwnBlock) {
  return { id, model_id: row.model_id, booking_id: row.id, created_by: createdBy }
}

function overrideOf(request: TransitionRequest): Override | undefined {
  return metadataSchema.safeParse(request.metadata ?? {}).data?.override
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
  async facts(tx, row, to, request) {
    return factsOf(row, tx.now, TAKES_TIME.includes(to) ? await judge(tx, row, overrideOf(request)) : null)
  },
  actions: {
    async holdTime(tx, row, request, _edge, facts) {
      takeTime(tx, row, 'hold', request, facts)
      return { deposit_status: row.deposit_status === 'paid' ? 'paid' : 'pending' }
    },
    async bookTime(tx, row, request, _edge, facts) {
      takeTime(tx, row, 'booking', request, facts)
      return { deposit_deadline_at: null }
    },
    async releaseTime(tx, row) {
      if (!BEFORE_HOLD.includes(row.status)) releaseBlock(tx, { bookingId: row.id })
      else if (row.own_block && (await hasOwnHold(tx, row))) endHold(tx, heldFor(row, row.own_block), 'released')
      return {}
    },
    async settleMoney(tx, row, request) {
      const { cause, refund } = metadataSchema.safeParse(request.metadata ?? {}).data ?? {}
      // What was never paid for has nothing to give back, unless somebody was shown that it had.
      if (row.paid_amount <= 0 && !refund && (cause ?? 'client') === 'client') return {}
      // As with inquiries: refunds are built on bookings.
      const { refundCancelled } = await import('#server/domains/refunds/index.ts')
      await refundCancelled(tx, row, { cause, refund })
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
    const { rule } = refusal.facts
    if ((rule !== 'timeIsFree' && rule !== 'timeIsAllowed') || !facts.judged) return refusal
    const said = await refusalOf(tx, row.model_name, questionOf(row), facts.judged.left)
    return new AppError(said.code, refusal.message, { ...refusal.facts, ...said.facts })
  },
}
