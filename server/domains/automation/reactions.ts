import { systemActor } from '#server/context.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { noteEnded } from '#server/domains/inquiries/index.ts'
import { earnBooking } from '#server/domains/ledger/index.ts'
import { closeLinksOf } from '#server/domains/payments/index.ts'
import { createTask, setTaskStatus } from '#server/domains/tasks/index.ts'
import { type EventName, type EventRow, payloadOf } from '#server/outbox/catalogue.ts'
import type { Tx } from '#server/transact.ts'

/**
 * What the agency does by itself, all of it, until owners design rules of their own. Each reaction looks at the entity
 * as it stands now and not only at the event: it may run late, and work that is no longer wanted is not made.
 */
interface Reaction {
  name: string
  on: EventName
  react(tx: Tx, event: EventRow): Promise<void>
}

const REACTIONS: readonly Reaction[] = [
  { name: 'review new inquiry', on: 'inquiry.created', react: reviewInquiry },
  { name: 'close what an inquiry no longer asks for', on: 'inquiry.status_changed', react: closeInquiryTasks },
  { name: 'keep what could not be given', on: 'inquiry.status_changed', react: keepDemand },
  { name: 'say that a hold expired', on: 'booking.status_changed', react: reportExpired },
  { name: 'ask what becomes of money received', on: 'booking.status_changed', react: askAboutMoney },
  { name: 'ask what becomes of the inquiry', on: 'booking.status_changed', react: askAboutInquiry },
  { name: 'close what a booking no longer asks for', on: 'booking.status_changed', react: closeBookingTasks },
  { name: 'book what was earned', on: 'booking.status_changed', react: earnEnded },
  { name: 'book what was earned', on: 'payment.recorded', react: earnPaid },
  { name: 'book what was earned', on: 'payment.succeeded', react: earnPaidOnline },
  { name: 'book what was earned', on: 'payment.refunded', react: earnPaidOnline },
  { name: 'book what was earned', on: 'payment.failed', react: earnPaidOnline },
  { name: 'take back links that nothing is paid by', on: 'booking.status_changed', react: closeLinks },
]

/** Runs the reactions to one event, each in its own name; the caller sees to once and in order. */
export async function react(tx: Tx, event: EventRow): Promise<void> {
  for (const reaction of REACTIONS) {
    if (reaction.on === event.type) await reaction.react(tx.as(systemActor(reaction.name)), event)
  }
}

/** A new inquiry is looked at by a person before the deadline of its priority. */
async function reviewInquiry(tx: Tx, event: EventRow): Promise<void> {
  const inquiry = await findInquiry(tx, event.entity_id)
  if (inquiry?.status !== 'new') return
  await createTask(tx, {
    type: 'review_inquiry',
    subject: `Review inquiry ${inquiry.ref}`,
    priority: inquiry.priority,
    ...about('inquiry', inquiry),
    dedupeKey: `review:${inquiry.id}`,
  })
}

/** An unpaid hold freed its time: someone may want to call the client, or offer the hour to another. */
async function reportExpired(tx: Tx, event: EventRow): Promise<void> {
  const { from, to } = payloadOf('booking.status_changed', event)
  if (to !== 'expired') return
  const booking = await findBooking(tx, event.entity_id)
  if (!booking) return
  const held = from === 'deposit_required'
  await raiseException(tx, {
    type: 'hold_expired',
    severity: 'medium',
    summary: held
      ? `${booking.ref}: the deposit was not paid in time; the hold expired and the time is free again`
      : `${booking.ref}: it expired before it was confirmed`,
    details: { from, startsAt: booking.starts_at.toISOString() },
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    clientId: booking.client_id,
    dedupeKey: `expired:${booking.id}`,
  })
}

/** Whoever handled the inquiry has answered the task that asked for it: it leaves the list by itself. */
async function closeInquiryTasks(tx: Tx, event: EventRow): Promise<void> {
  const inquiry = await findInquiry(tx, event.entity_id)
  if (!inquiry || inquiry.status === 'new') return
  const answered = inquiry.status === 'qualified' ? [] : [`unanswered:${inquiry.id}`]
  const over = ['converted', 'lost', 'spam'].includes(inquiry.status) ? [`rebook:${inquiry.id}`] : []
  await closeTasks(tx, [`review:${inquiry.id}`, ...answered, ...over], `${inquiry.ref} is ${words(inquiry.status)} now.`)
}

/** An inquiry that is over was met, or says what the agency lacked. */
async function keepDemand(tx: Tx, event: EventRow): Promise<void> {
  const { to } = payloadOf('inquiry.status_changed', event)
  if ((to === 'lost' || to === 'converted') && (await findInquiry(tx, event.entity_id))) await noteEnded(tx, event.entity_id)
}

async function closeBookingTasks(tx: Tx, event: EventRow): Promise<void> {
  const booking = await findBooking(tx, event.entity_id)
  if (!booking || booking.status === 'pending') return
  await closeTasks(tx, [`pending:${booking.id}`], `${booking.ref} is ${words(booking.status)} now.`)
}

/** A booking that is over has earned what was received for it. */
async function earnEnded(tx: Tx, event: EventRow): Promise<void> {
  const { to } = payloadOf('booking.status_changed', event)
  if (['completed', 'no_show', 'cancelled'].includes(to)) await earnBooking(tx, event.entity_id)
}

/** Money that came or went after it was over. */
async function earnPaid(tx: Tx, event: EventRow): Promise<void> {
  const { bookingId } = payloadOf('payment.recorded', event)
  if (bookingId) await earnBooking(tx, bookingId)
}

/** The same online; a refund that failed is no longer on its way. */
async function earnPaidOnline(tx: Tx, event: EventRow): Promise<void> {
  await earnBooking(tx, payloadOf('payment.succeeded', event).bookingId)
}

/** A booking that no longer waits for its deposit takes no more money by its link. */
async function closeLinks(tx: Tx, event: EventRow): Promise<void> {
  const booking = await findBooking(tx, event.entity_id)
  if (!booking || ['draft', 'pending', 'deposit_required'].includes(booking.status)) return
  await closeLinksOf(tx, booking.id, `${booking.ref} is ${words(booking.status)} now`)
}

/** A hold that ended with money received by hand: somebody decides whether it goes back. Cancelling gives back by itself. */
async function askAboutMoney(tx: Tx, event: EventRow): Promise<void> {
  const booking = await findBooking(tx, event.entity_id)
  if (booking?.status !== 'expired' || booking.paid_amount <= 0) return
  await createTask(tx, {
    type: 'refund_due',
    subject: `${booking.ref} was ${booking.status} with ${money(booking.paid_amount, booking.currency)} received: refund it or say why not`,
    priority: 'high',
    ...about('booking', booking),
    dedupeKey: `refund:${booking.id}`,
  })
}

/** A booking cancelled under an inquiry that still wants one: somebody proposes again or closes it. */
async function askAboutInquiry(tx: Tx, event: EventRow): Promise<void> {
  const booking = await findBooking(tx, event.entity_id)
  if (booking?.status !== 'cancelled' || booking.inquiry_id === null) return
  const inquiry = await findInquiry(tx, booking.inquiry_id)
  if (!inquiry || ['converted', 'lost', 'spam'].includes(inquiry.status)) return
  await createTask(tx, {
    type: 'inquiry_without_booking',
    subject: `${inquiry.ref} lost its booking ${booking.ref}: book again or close it`,
    priority: 'normal',
    ...about('inquiry', inquiry),
    dedupeKey: `rebook:${inquiry.id}`,
  })
}

function money(amount: number, currency: string): string {
  return new Intl.NumberFormat('en-GB', { style: 'currency', currency }).format(amount / 100)
}

/** Brings open tasks of these keys to done, along their lifecycle. */
async function closeTasks(tx: Tx, dedupeKeys: readonly string[], reason: string): Promise<void> {
  const tasks = await tx.db
    .selectFrom('tasks')
    .select(['id', 'status'])
    .where('dedupe_key', 'in', dedupeKeys)
    .where('status', 'in', ['open', 'in_progress'])
    .orderBy('id')
    .execute()
  for (const task of tasks) {
    if (task.status === 'open') await setTaskStatus(tx, task.id, { newStatus: 'in_progress' })
    await setTaskStatus(tx, task.id, { newStatus: 'done', reason })
  }
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}

/** Timer: a booking that is still pending after a day makes a task. */
export async function checkPending(tx: Tx, bookingId: string): Promise<void> {
  const booking = await findBooking(tx, bookingId)
  if (booking?.status !== 'pending') return
  await createTask(tx.as(systemActor('booking pending too long')), {
    type: 'booking_pending',
    subject: `Booking ${booking.ref} is still pending: confirm it or ask for a deposit`,
    priority: 'high',
    ...about('booking', booking),
    dedupeKey: `pending:${booking.id}`,
  })
}

/** Timer: an inquiry nobody has answered for two days makes a task. */
export async function checkUnanswered(tx: Tx, inquiryId: string): Promise<void> {
  const inquiry = await findInquiry(tx, inquiryId)
  if (inquiry?.status !== 'new' && inquiry?.status !== 'qualified') return
  await createTask(tx.as(systemActor('inquiry unanswered')), {
    type: 'inquiry_unanswered',
    subject: `Inquiry ${inquiry.ref} has waited two days for an answer`,
    priority: 'high',
    ...about('inquiry', inquiry),
    dedupeKey: `unanswered:${inquiry.id}`,
  })
}

interface Subject {
  id: string
  ref: string
  client_id: string
  assignee_id: string | null
}

function about<E extends 'inquiry' | 'booking'>(entityType: E, subject: Subject) {
  return {
    entityType,
    entityId: subject.id,
    entityRef: subject.ref,
    clientId: subject.client_id,
    assigneeId: subject.assignee_id ?? undefined,
  }
}

// Read under a share lock: a step taken at the same moment either comes first and is seen, or waits.
async function findInquiry(tx: Tx, id: string) {
  const [inquiry] = await tx.run(
    tx.db
      .selectFrom('inquiries')
      .select(['id', 'ref', 'status', 'priority', 'client_id', 'assignee_id'])
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .forShare(),
  )
  return inquiry
}

async function findBooking(tx: Tx, id: string) {
  const [booking] = await tx.run(
    tx.db
      .selectFrom('bookings')
      .select(['id', 'ref', 'status', 'client_id', 'assignee_id', 'starts_at', 'inquiry_id', 'paid_amount', 'currency'])
      .where('id', '=', id)
      .where('deleted_at', 'is', null)
      .forShare(),
  )
  return booking
}
