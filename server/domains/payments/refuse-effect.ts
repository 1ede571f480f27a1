import type { Ctx } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import type { ProviderFailure } from '#server/integrations/stripe/index.ts'
import { advance } from '#server/lifecycle/advance.ts'
import { transact } from '#server/transact.ts'
import { paymentLiving } from './payment.lifecycle.ts'
import { lockPayment, updatePayment } from './payment.repository.ts'
import { reportFailed } from './payment-reports.ts'

/** The provider will not do it: the effect has failed, and with it what was asked for; people are told. */
export async function refuse(
  ctx: Ctx,
  effect: { id: string; kind: string; payment_id: string },
  failure: Pick<ProviderFailure, 'code' | 'message'>,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const [row] = await tx.run(tx.db.selectFrom('payments').select('booking_id').where('id', '=', effect.payment_id))
    if (!row) return
    const booking = await lockBooking(tx, row.booking_id)
    const payment = await lockPayment(tx, effect.payment_id)
    tx.send(
      tx.db
        .updateTable('effects')
        .set({
          state: 'failed',
          last_error: `${failure.code}: ${failure.message}`.slice(0, 500),
          unknown_at: null,
          updated_at: tx.now,
        })
        .where('id', '=', effect.id),
    )
    // A cancellation that is refused changes nothing: the intent is over already, and its own events say how.
    if (!effect.kind.endsWith('.create') || payment.status !== 'pending') return
    const columns = { failure_code: failure.code.slice(0, 100), failure_text: failure.message.slice(0, 500) }
    updatePayment(tx, payment.id, columns)
    const { row: failed } = await advance(tx, paymentLiving, { ...payment, ...columns }, { newStatus: 'failed' })
    await reportFailed(tx, booking, failed)
  })
}
