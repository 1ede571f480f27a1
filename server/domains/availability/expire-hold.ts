import { type Ctx, systemActor } from '#server/context.ts'
import { type Tx, transact } from '#server/transact.ts'
import { endHold } from './end-hold.ts'
import { findLockedHold } from './hold.repository.ts'

/**
 * Ends a hold whose deadline has passed: decided by its status and deadline under its lock, not by the clock that
 * called. True when this call did it.
 */
export async function expireHeld(tx: Tx, id: string, { wait = true } = {}): Promise<boolean> {
  const hold = await findLockedHold(tx, id, { wait })
  if (hold?.status !== 'held' || hold.expires_at > tx.now) return false
  endHold(tx, hold, 'expired')
  return true
}

/** The same in a transaction of its own, in the clock's name. */
export async function expireHold(ctx: Ctx, id: string): Promise<boolean> {
  const asClock: Ctx = { ...ctx, actor: systemActor('hold expiry') }
  return transact(asClock, (tx) => expireHeld(tx, id))
}
