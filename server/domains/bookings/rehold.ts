import { sql } from 'kysely'
import {
  type Alternative,
  findAlternatives,
  insertBlock,
  judgeTime,
  type TimeReason,
} from '#server/domains/availability/index.ts'
import type { Tx } from '#server/transact.ts'
import { questionOf } from './booking.lifecycle.ts'
import type { LockedBooking } from './booking.repository.ts'

export type Reheld =
  | { held: true; booking: LockedBooking }
  /** Why not, for people, and up to three times that could be offered instead. */
  | { held: false; text: string; alternatives: Alternative[] }

/** Long enough for whatever confirms it, in the same transaction or the next. */
const HOLD_MINUTES = 15
/** These ask how early a wish is made; the wish was in time. */
const ASKED_BEFORE = ['notice', 'step']

/**
 * Money came after a hold had ended. When the time is still free, the booking goes back to *deposit_required* with its
 * time held again, so that whoever took the money confirms it by the usual step. The way back is the lifecycle's own
 * (decision 023): no step leads out of *expired*. Booking (and its payment) locked by the caller; locks the model.
 */
export async function reholdForPayment(tx: Tx, booking: LockedBooking): Promise<Reheld> {
  const question = questionOf(booking)
  const not = async (text: string): Promise<Reheld> => ({
    held: false,
    text,
    alternatives: booking.ends_at > tx.now ? await findAlternatives(tx.db, question, tx.now) : [],
  })
  if (booking.status !== 'expired' || booking.deposit_amount === null) return not('Only a hold that ended can be held again.')
  if (booking.ends_at <= tx.now) return not('The time it was for is over.')
  if (await hasSuccessor(tx, booking)) return not('Its inquiry has another booking by now.')
  const { decision, left } = await judgeAgain(tx, booking)
  const [first] = left
  if (first) return not(first.text)
  const deadline = new Date(Math.min(tx.now.getTime() + HOLD_MINUTES * 60_000, booking.ends_at.getTime()))
  const next: LockedBooking = {
    ...booking,
    status: 'deposit_required',
    deposit_deadline_at: deadline,
    status_reason: null,
    version: booking.version + 1,
  }
  goBack(tx, next, deadline)
  const id = insertBlock(tx, { ...question, ...decision, kind: 'hold', bookingId: booking.id, expiresAt: deadline })
  tell(tx, booking, next, deadline)
  return {
    held: true,
    booking: { ...next, own_block: { id, createdBy: null, expiresAt: deadline.toISOString(), latestAt: null } },
  }
}

async function judgeAgain(tx: Tx, booking: LockedBooking) {
  const decision = await judgeTime(tx, questionOf(booking))
  const left: TimeReason[] = decision.reasons.filter((reason) => !ASKED_BEFORE.includes(reason.rule))
  return { decision, left }
}

async function hasSuccessor(tx: Tx, { id, inquiry_id: inquiryId }: LockedBooking): Promise<boolean> {
  if (inquiryId === null) return false
  const [row] = await tx.run(
    sql<{ other: boolean }>`select exists (select 1 from bookings where inquiry_id = ${inquiryId}::uuid and id <> ${id}::uuid
      and status not in ('cancelled', 'expired', 'no_show')) as other`,
  )
  return row?.other ?? false
}

function goBack(tx: Tx, next: LockedBooking, deadline: Date): void {
  tx.send(sql`select set_config('virel.door', 'undo', true)`)
  tx.send(
    tx.db
      .updateTable('bookings')
      .set({
        status: 'deposit_required',
        status_reason: null,
        deposit_deadline_at: deadline,
        version: next.version,
        updated_at: tx.now,
      })
      .where('id', '=', next.id),
  )
  tx.send(sql`select set_config('virel.door', 'advance', true)`)
}

function tell(tx: Tx, was: LockedBooking, next: LockedBooking, deadline: Date): void {
  const reason = 'The payment came after its hold had ended, and the time was still free.'
  const entity = { entityType: 'booking', entityId: was.id, entityRef: was.ref }
  tx.audit({
    action: 'booking.reheld',
    ...entity,
    before: { status: was.status, deposit_deadline_at: was.deposit_deadline_at, status_reason: was.status_reason },
    after: { status: next.status, deposit_deadline_at: deadline, status_reason: null },
    reason,
  })
  tx.timeline({ bookingId: was.id, kind: 'status', title: 'expired → deposit required', body: reason })
  tx.event({
    type: 'booking.status_changed',
    ...entity,
    payload: { from: was.status, to: next.status },
    timers: [
      {
        key: `booking:${was.id}:hold`,
        task: 'booking-expire-hold',
        payload: { bookingId: was.id },
        runAt: deadline.toISOString(),
      },
    ],
    assigneeId: was.assignee_id,
  })
}
