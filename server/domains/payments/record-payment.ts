import { reaching } from '#server/auth/reach.ts'
import { may } from '#server/context.ts'
import { differences } from '#server/differences.ts'
import { bookingLiving, type LockedBooking, lockBooking, type Sums, settle } from '#server/domains/bookings/index.ts'
import { postReceived, postRefunded } from '#server/domains/ledger/index.ts'
import { requireOnePerson } from '#server/domains/refund-policies/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { sumsOf } from './payment.repository.ts'
import type { RecordPaymentInput } from './payment.schema.ts'

/**
 * Writes down money that changed hands: paid in cash, by transfer, at a terminal. When what was received, net of
 * refunds, reaches the deposit asked for, it is paid, and a booking that waited for it is confirmed and its inquiry converted — all in this
 * transaction. A refund needs `payments.refund` and can't exceed what was received. Amounts in minor units.
 * Throws `conflict`, `invalid`, `taken` (the time was lost after the hold lapsed: nothing is recorded then).
 */
export async function recordPayment(tx: Tx, input: RecordPaymentInput): Promise<{ id: string; bookingId: string }> {
  if (input.type === 'refund' && !may(tx.ctx, 'payments.refund')) {
    throw new AppError('forbidden', 'Your role may record payments, not refunds. Ask finance.')
  }
  // Finance records payments of bookings it has no screen for; operators only of those they may see.
  const reach = may(tx.ctx, 'payments.read') ? reaching(tx, 'bookings.read_all') : tx
  const booking = await lockBooking(reach, input.id)
  if (input.amount.currency !== booking.currency)
    throw invalid('amount.currency', `must be ${booking.currency}, as the booking's price`)
  const before = await sumsOf(tx, booking.id)
  requireSensible(booking, input, before)
  if (input.type === 'refund') await requireOnePerson(tx, booking.id, input.amount.amount)
  const payment = await insertPayment(tx, booking, input)
  const after = add(before, input)
  const paid: LockedBooking = { ...booking, ...settle(booking, after), version: booking.version + 1 }
  tx.send(
    tx.db
      .updateTable('bookings')
      .set({
        paid_amount: paid.paid_amount,
        payment_status: paid.payment_status,
        deposit_status: paid.deposit_status,
        version: paid.version,
        updated_at: tx.now,
      })
      .where('id', '=', booking.id),
  )
  announce(tx, booking, payment, input, paid)
  const money = { paymentId: payment.id, bookingId: booking.id, ...input.amount, through: 'manual' as const }
  if (input.type === 'refund') postRefunded(tx, money, payment.id)
  else postReceived(tx, money)
  if (paid.deposit_status === 'paid' && booking.status === 'deposit_required') {
    await advance(tx, bookingLiving, paid, { newStatus: 'confirmed', reason: 'The deposit was paid.' })
  }
  return { id: payment.id, bookingId: booking.id }
}

function requireSensible(booking: LockedBooking, input: RecordPaymentInput, before: Sums): void {
  if (input.type === 'refund') {
    const left = before.received - before.refunded
    if (input.amount.amount > left) throw invalid('amount.amount', `only ${left} (minor units) was received and not yet refunded`)
    return
  }
  if (['cancelled', 'expired'].includes(booking.status)) {
    throw new AppError(
      'conflict',
      `This booking is ${booking.status}: take no money for it. Book anew, then record the payment there.`,
    )
  }
  const net = before.received - before.refunded
  if (input.type === 'deposit') {
    if (booking.deposit_amount === null)
      throw new AppError('conflict', 'No deposit is asked for on this booking. Set one first, or record a full payment.')
    if (booking.deposit_status === 'paid')
      throw new AppError('conflict', 'The deposit is already paid. Record further money as a full payment.')
  }
  const most = Math.max(booking.price_amount, input.type === 'deposit' ? (booking.deposit_amount ?? 0) : 0)
  if (net + input.amount.amount > most) {
    throw invalid('amount.amount', `is more than the ${most - net} (minor units) left to pay`)
  }
}

function add(sums: Sums, { type, amount }: RecordPaymentInput): Sums {
  return type === 'refund'
    ? { ...sums, refunded: sums.refunded + amount.amount }
    : { ...sums, received: sums.received + amount.amount }
}

async function insertPayment(tx: Tx, booking: LockedBooking, input: RecordPaymentInput): Promise<{ id: string; ref: string }> {
  const id = tx.ctx.ids.next()
  const { ref } = await tx.db
    .insertInto('payments')
    .values({
      id,
      booking_id: booking.id,
      provider: 'manual',
      type: input.type,
      method: input.method,
      status: 'succeeded',
      amount: input.amount.amount,
      currency: input.amount.currency,
      reference: input.reference ?? null,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .returning('ref')
    .executeTakeFirstOrThrow()
  return { id, ref }
}

function moneyOf({ paid_amount, deposit_status, payment_status }: LockedBooking) {
  return { paid_amount, deposit_status, payment_status }
}

function announce(
  tx: Tx,
  booking: LockedBooking,
  payment: { id: string; ref: string },
  input: RecordPaymentInput,
  paid: LockedBooking,
): void {
  const title = input.type === 'refund' ? 'Refund recorded' : input.type === 'deposit' ? 'Deposit recorded' : 'Payment recorded'
  tx.audit({
    action: 'payment.recorded',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    after: {
      bookingId: booking.id,
      type: input.type,
      amount: input.amount.amount,
      currency: input.amount.currency,
      method: input.method,
    },
  })
  tx.audit({
    action: 'booking.updated',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    ...differences(moneyOf(booking), moneyOf(paid)),
  })
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title,
    body: input.reference ?? null,
    data: { paymentId: payment.id, amount: input.amount.amount, currency: input.amount.currency },
  })
  tx.event({
    type: 'payment.recorded',
    entityType: 'payment',
    entityId: payment.id,
    entityRef: payment.ref,
    payload: { bookingId: booking.id, type: input.type },
  })
  tx.event({
    type: 'booking.updated',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    payload: { fields: ['payments'] },
    assigneeId: booking.assignee_id,
  })
}
