import { type Ctx, systemActor } from '#server/context.ts'
import { AppError } from '#server/errors.ts'
import { advance, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import { type Tx, transact } from '#server/transact.ts'
import { bookingLiving } from './booking.lifecycle.ts'
import { type LockedBooking, lockBooking } from './booking.repository.ts'

/** Moves a booking along its lifecycle. Throws `transition_refused`, `taken`, `stale_write`, `not_found`. */
export async function setBookingStatus(
  tx: Tx,
  id: string,
  request: TransitionRequest,
): Promise<{ booking: LockedBooking; transition: Transition }> {
  const locked = await lockBooking(tx, id)
  const { row, transition } = await advance(tx, bookingLiving, locked, request)
  return { booking: row, transition }
}

/**
 * Expires a hold whose deadline has passed. True when this call did it; false when it was paid,
 * cancelled or expired meanwhile, or its deadline was moved: decided by its status under the lock, not by the clock
 * that called.
 */
export async function expireBooking(ctx: Ctx, id: string): Promise<boolean> {
  const asClock: Ctx = { ...ctx, actor: systemActor('hold expiry') }
  return transact(asClock, async (tx) => {
    const locked = await lockBooking(tx, id).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not_found') return undefined
      throw error
    })
    if (locked?.status !== 'deposit_required') return false
    if (!locked.deposit_deadline_at || locked.deposit_deadline_at > tx.now) return false
    await advance(tx, bookingLiving, locked, { newStatus: 'expired', reason: 'The deposit was not paid in time.' })
    return true
  })
}
