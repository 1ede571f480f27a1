import { newLinkToken } from '#server/auth/link-token.ts'
import { type LockedBooking, lockBooking } from '#server/domains/bookings/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'
import type { Tx } from '#server/transact.ts'
import { queueEffect } from './effects.ts'
import { OPEN, sumsOf } from './payment.repository.ts'
import { requireProvider } from './require-provider.ts'

export interface DepositWanted {
  bookingId: string
  /** The rest of the booking's deposit unless given. */
  amount?: { amount: number; currency: string }
  /** The hold's own deadline unless given. */
  deadline?: Date
}

export interface DepositLink {
  paymentId: string
  /** What the public page is opened with: /pay/<token>. */
  token: string
  isNew: boolean
}

/**
 * Asks the client for a booking's deposit: makes the one open payment and its link, or returns those there are. The
 * provider learns of it from a job after the commit. Throws `conflict` when no deposit is waited for, or another amount
 * is already asked for; `unavailable` when nobody takes money online here.
 */
export async function requestDeposit(tx: Tx, wanted: DepositWanted): Promise<DepositLink> {
  const booking = await lockBooking(tx, wanted.bookingId)
  const provider = requireProvider(tx.ctx)
  const amount = await amountOf(tx, booking, wanted)
  const open = await findOpen(tx, booking.id, 'deposit')
  if (open) return linkAgain(tx, open, amount)
  return insertLink(tx, provider, booking, {
    purpose: 'deposit',
    amount,
    expiresAt: wanted.deadline ?? booking.deposit_deadline_at,
  })
}

/**
 * Asks the client for what a changed booking costs more, by a link that can be paid until the booking begins. One that is
 * open already stays as it is: its amount can't change while a card may be shown for it. Under the booking's lock.
 */
export async function requestDifference(tx: Tx, booking: LockedBooking, amount: number): Promise<void> {
  if (await findOpen(tx, booking.id, 'difference')) return
  await insertLink(tx, requireProvider(tx.ctx), booking, { purpose: 'difference', amount, expiresAt: booking.starts_at })
}

interface Asked {
  purpose: 'deposit' | 'difference'
  amount: number
  expiresAt: Date | null
}

async function insertLink(tx: Tx, provider: PaymentProvider, booking: LockedBooking, asked: Asked): Promise<DepositLink> {
  const { purpose, amount } = asked
  const id = tx.ctx.ids.next()
  const { token, hash } = newLinkToken()
  const { ref } = await tx.db
    .insertInto('payments')
    .values({
      id,
      booking_id: booking.id,
      provider: 'stripe',
      provider_mode: provider.mode,
      type: purpose === 'deposit' ? 'deposit' : 'full',
      purpose,
      status: 'pending',
      amount,
      currency: booking.currency,
      expires_at: asked.expiresAt,
      token_hash: hash,
      sealed_token: tx.ctx.secrets.seal(tokenPlace(id), token),
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .returning('ref')
    .executeTakeFirstOrThrow()
  announce(tx, booking, { id, ref, amount, purpose })
  return { paymentId: id, token, isNew: true }
}

/** Where the token of a payment's page is sealed. */
export const tokenPlace = (paymentId: string) => ({ table: 'payments', column: 'sealed_token', row: paymentId })
export const clientSecretPlace = (paymentId: string) => ({ table: 'payments', column: 'sealed_client_secret', row: paymentId })

async function amountOf(tx: Tx, booking: LockedBooking, wanted: DepositWanted): Promise<number> {
  if (booking.status !== 'deposit_required') {
    throw new AppError('conflict', 'This booking does not wait for a deposit. Ask for one first: its time is held from then on.')
  }
  const { received, refunded } = await sumsOf(tx, booking.id)
  const net = received - refunded
  const missing = (booking.deposit_amount ?? 0) - net
  if (missing <= 0) throw new AppError('conflict', 'The deposit is already paid.')
  if (!wanted.amount) return missing
  if (wanted.amount.currency !== booking.currency)
    throw invalid('amount.currency', `must be ${booking.currency}, as the booking's price`)
  if (wanted.amount.amount < missing)
    throw invalid('amount.amount', `must be at least the ${missing} (minor units) of the deposit`)
  if (net + wanted.amount.amount > Math.max(booking.price_amount, booking.deposit_amount ?? 0))
    throw invalid('amount.amount', 'is more than the price leaves to pay')
  return wanted.amount.amount
}

interface OpenPayment {
  id: string
  amount: number
  sealed_token: string | null
}

async function findOpen(tx: Tx, bookingId: string, purpose: Asked['purpose']): Promise<OpenPayment | undefined> {
  const [open] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select(['id', 'amount', 'sealed_token'])
      .where('booking_id', '=', bookingId)
      .where('purpose', '=', purpose)
      .where('status', 'in', OPEN)
      .forUpdate(),
  )
  return open
}

function linkAgain(tx: Tx, open: OpenPayment, amount: number): DepositLink {
  if (open.amount !== amount)
    throw new AppError('conflict', 'Another amount is asked for already. Expire that link first, then make a new one.')
  if (open.sealed_token === null) throw new Error(`payment ${open.id} has no link`)
  return { paymentId: open.id, token: tx.ctx.secrets.open(tokenPlace(open.id), open.sealed_token), isNew: false }
}

function announce(
  tx: Tx,
  booking: LockedBooking,
  payment: Pick<Asked, 'purpose' | 'amount'> & { id: string; ref: string },
): void {
  const { purpose } = payment
  const { currency } = booking
  const entity = { entityType: 'payment', entityId: payment.id, entityRef: payment.ref }
  const money = { amount: payment.amount, currency }
  tx.audit({
    action: 'payment.requested',
    ...entity,
    after: { bookingId: booking.id, purpose, ...money, status: 'pending' },
  })
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: purpose === 'deposit' ? 'Deposit link made' : 'Link for the difference made',
    data: { paymentId: payment.id, ...money },
  })
  const create = queueEffect(tx, {
    kind: 'stripe.intent.create',
    key: payment.id,
    paymentId: payment.id,
    payload: {
      ...money,
      description: `${purpose === 'deposit' ? 'Deposit' : 'Difference'} for ${booking.ref}`,
      metadata: { virel_payment: payment.id, virel_ref: payment.ref, virel_booking: booking.ref },
    },
  })
  tx.event({
    type: 'payment.requested',
    ...entity,
    payload: { bookingId: booking.id, purpose },
    timers: [create],
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
