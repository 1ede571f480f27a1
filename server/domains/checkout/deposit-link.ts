import { reaching } from '#server/auth/reach.ts'
import { may } from '#server/context.ts'
import { bookingLiving, type LockedBooking, lockBooking, updateBooking } from '#server/domains/bookings/index.ts'
import { setInquiryStatus } from '#server/domains/inquiries/index.ts'
import { requestDeposit } from '#server/domains/payments/index.ts'
import { portion } from '#server/domains/pricing/index.ts'
import { AppError } from '#server/errors.ts'
import { advance, requireVersion } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import type { MakeLinkInput } from './checkout.schema.ts'

/**
 * Asks a client for a booking's deposit by a link. A booking that is only proposed is held from now on until the deadline,
 * as if the client had agreed: its inquiry goes on with it. The amount is what is given, a percentage of the price, what
 * the booking asks for already, or the agency's percentage, in this order. Asking again answers the link there is.
 * Throws `taken`, `transition_refused`, `conflict` (paid, over, another amount is asked for), `stale_write`.
 */
export async function makeDepositLink(tx: Tx, input: MakeLinkInput): Promise<{ paymentId: string }> {
  const booking = await lockBooking(tx, input.id)
  requireVersion(booking, input.version, { status: booking.status, deposit: booking.deposit_amount })
  const wanted = await amountWanted(tx, booking, input)
  if (['draft', 'pending'].includes(booking.status)) await hold(tx, booking, wanted, input.deadline)
  else if (booking.status === 'deposit_required' && wanted !== booking.deposit_amount)
    await updateBooking(tx, {
      id: booking.id,
      version: undefined,
      depositRequired: { amount: wanted, currency: booking.currency },
    })
  await requireNoneEnding(tx, booking.id)
  const { paymentId } = await requestDeposit(tx, { bookingId: booking.id, deadline: input.deadline })
  return { paymentId }
}

async function amountWanted(tx: Tx, booking: LockedBooking, { amount, percent }: MakeLinkInput): Promise<number> {
  if (amount) {
    if (amount.currency !== booking.currency)
      throw new AppError('invalid', `The price is in ${booking.currency}.`, {
        errors: [{ path: 'amount.currency', message: `must be ${booking.currency}, as the price` }],
      })
    return amount.amount
  }
  if (percent !== undefined) return portion(booking.price_amount, percent * 100)
  if (booking.deposit_amount !== null) return booking.deposit_amount
  return portion(booking.price_amount, (await depositPercent(tx)) * 100)
}

/** What the agency asks for when nobody says otherwise. */
async function depositPercent(tx: Tx): Promise<number> {
  const [row] = await tx.run(tx.db.selectFrom('settings').select('value').where('key', '=', 'deposit_percent'))
  const percent = Number(row?.value)
  return percent > 0 && percent <= 100 ? percent : 30
}

async function hold(tx: Tx, booking: LockedBooking, amount: number, deadline: Date | undefined): Promise<void> {
  const metadata = {
    deposit: { amount, currency: booking.currency },
    ...(deadline ? { depositDeadline: deadline.toISOString() } : {}),
  }
  if (booking.inquiry_id !== null && may(tx.ctx, 'inquiries.transition') && (await awaitsClient(tx, booking.inquiry_id))) {
    // The client agreed: the inquiry takes its own booking along.
    await setInquiryStatus(reaching(tx, 'inquiries.read_all'), booking.inquiry_id, { newStatus: 'awaiting_deposit', metadata })
    return
  }
  let row = booking
  if (row.status === 'draft') ({ row } = await advance(tx, bookingLiving, row, { newStatus: 'pending' }))
  await advance(tx, bookingLiving, row, { newStatus: 'deposit_required', metadata })
}

/** Read under the lock that lockBooking took. */
async function awaitsClient(tx: Tx, inquiryId: string): Promise<boolean> {
  const [row] = await tx.run(tx.db.selectFrom('inquiries').select('status').where('id', '=', inquiryId))
  return row?.status === 'awaiting_client'
}

/** A link that was ended is open at the provider until it has answered: for these seconds there is no other. */
async function requireNoneEnding(tx: Tx, bookingId: string): Promise<void> {
  const [ending] = await tx.run(
    tx.db
      .selectFrom('payments')
      .select('id')
      .where('booking_id', '=', bookingId)
      .where('purpose', '=', 'deposit')
      .where('status', 'in', ['pending', 'requires_action', 'failed'])
      .where('expires_at', '<=', tx.now),
  )
  if (ending) throw new AppError('conflict', 'The link before is being ended at this moment. Make the new one in a few seconds.')
}
