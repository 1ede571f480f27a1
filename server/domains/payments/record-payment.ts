import { may } from '#server/context.ts'
import { bookingLiving, type LockedBooking, lockBooking } from '#server/domains/bookings/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { RecordPaymentInput } from './payment.schema.ts'

interface Sums {
  deposits: number
  received: number
  refunded: number
}

/**
 * Writes down money that changed hands: paid in cash, by transfer, at a terminal. When the deposits reach the amount
 * asked for, the deposit is paid, and a booking that waited for it is confirmed and its inquiry converted — all in this
 * transaction. A refund needs `payments.refund` and can't exceed what was received. Amounts in minor units.
 * Throws `conflict`, `invalid`, `taken` (the time was lost after the hold lapsed: nothing is recorded then).
 */
export async function recordPayment(tx: Tx, input: RecordPaymentInput): Promise<{ id: string; bookingId: string }> {
  if (input.type === 'refund' && !may(tx.ctx, 'payments.refund')) {
    throw new AppError('forbidden', 'Your role may record payments, not refunds. Ask finance.')
  }
  const booking = await lockBooking(
    tx.as({ ...tx.ctx.actor, permissions: new Set([...tx.ctx.actor.permissions, ...readAll(tx)]) }),
    input.id,
  )
  if (input.amount.currency !== booking.currency)
    throw invalid('amount.currency', `must be ${booking.currency}, as the booking's price`)
  const before = await sumsOf(tx, booking.id)
  requireSensible(booking, input, before)
  const payment = await insertPayment(tx, booking, input)
  const after = add(before, input)
  const net = after.received - after.refunded
  const depositPaid =
    booking.deposit_status === 'paid' ||
    (input.type !== 'refund' && booking.deposit_amount !== null && after.received >= booking.deposit_amount)
  const paid: LockedBooking = {
    ...booking,
    paid_amount: net,
    payment_status: paymentStatus(net, after, booking.price_amount),
    deposit_status: depositPaid ? 'paid' : booking.deposit_status,
    version: booking.version + 1,
  }
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
  if (depositPaid && booking.status === 'deposit_required') {
    await advance(tx, bookingLiving, paid, { newStatus: 'confirmed', reason: 'The deposit was paid.' })
  }
  return { id: payment.id, bookingId: booking.id }
}

/** Finance records payments of bookings it has no screen for; operators only of those they may see. */
function readAll(tx: Tx) {
  return may(tx.ctx, 'payments.read') ? (['bookings.read_all'] as const) : []
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
  if (input.type === 'deposit') {
    if (booking.deposit_amount === null)
      throw new AppError('conflict', 'No deposit is asked for on this booking. Set one first, or record a full payment.')
    if (booking.deposit_status === 'paid')
      throw new AppError('conflict', 'The deposit is already paid. Record further money as a full payment.')
    if (before.received + input.amount.amount > Math.max(booking.deposit_amount, booking.price_amount)) {
      throw invalid('amount.amount', `is more than what is left to pay`)
    }
  }
}

function add(sums: Sums, input: RecordPaymentInput): Sums {
  const amount = input.amount.amount
  if (input.type === 'refund') return { ...sums, refunded: sums.refunded + amount }
  return { ...sums, received: sums.received + amount, deposits: sums.deposits + (input.type === 'deposit' ? amount : 0) }
}

function paymentStatus(net: number, sums: Sums, price: number): LockedBooking['payment_status'] {
  if (sums.refunded > 0 && net === 0) return 'refunded'
  if (net === 0) return 'unpaid'
  return net >= price ? 'paid' : 'partial'
}

async function sumsOf(tx: Tx, bookingId: string): Promise<Sums> {
  const rows = await tx.db
    .selectFrom('payments')
    .select(['type', (eb) => eb.fn.sum<number>('amount').as('amount')])
    .where('booking_id', '=', bookingId)
    .where('status', '=', 'succeeded')
    .groupBy('type')
    .execute()
  const of = (type: string) => Number(rows.find((row) => row.type === type)?.amount ?? 0)
  return { deposits: of('deposit'), received: of('deposit') + of('full'), refunded: of('refund') }
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
    before: { paid: booking.paid_amount, depositStatus: booking.deposit_status, paymentStatus: booking.payment_status },
    after: { paid: paid.paid_amount, depositStatus: paid.deposit_status, paymentStatus: paid.payment_status },
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
