import type { LockedBooking } from '#server/domains/bookings/index.ts'
import { requestDifference } from '#server/domains/payments/index.ts'
import { giveBack, heldMoney } from '#server/domains/refunds/index.ts'
import type { Tx } from '#server/transact.ts'

/**
 * What a confirmed booking's changed price does to its money, in the transaction that changes it. Held more than it costs now:
 * the difference goes back where it came from. Paid whole before and dearer now: the client is asked for the difference by
 * a link. What was only paid in part stays so; its rest is another one. Money on its way back is not held, so nothing is given
 * twice. `before` is the locked row as it was, `price` the new one in minor units.
 */
export async function settleDifference(tx: Tx, before: LockedBooking, price: number): Promise<void> {
  if (before.status !== 'confirmed' || price === before.price_amount) return
  const { held } = await heldMoney(tx.db, before.id)
  if (held > price) {
    await giveBack(tx, before, { amount: held - price, kind: 'policy', reason: 'The changed booking costs less.' })
    return
  }
  if (before.payment_status !== 'paid' || held === price || !tx.ctx.provider) return
  await requestDifference(tx, before, price - held)
}
