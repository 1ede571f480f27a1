import type { Ctx } from '#server/context.ts'
import { lockBooking } from '#server/domains/bookings/index.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
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

export const unknownKey = (effect: { id: string }) => `effect-unknown:${effect.id}`

/** Nobody knows whether the provider did it, and it does not say: it is asked further, and a person may look for themselves. */
export async function reportUnknown(
  ctx: Ctx,
  effect: { id: string; kind: string; key: string; payment_id: string },
  failure: Pick<ProviderFailure, 'code' | 'message'>,
): Promise<void> {
  await transact(ctx, async (tx) => {
    const [known] = await tx.run(
      tx.db
        .selectFrom('exceptions')
        .select('id')
        .where('dedupe_key', '=', unknownKey(effect))
        .where('status', 'in', ['open', 'investigating']),
    )
    if (known) return
    const [payment] = await tx.run(tx.db.selectFrom('payments').select(['id', 'ref']).where('id', '=', effect.payment_id))
    if (!payment) return
    await raiseException(tx, {
      type: 'payment_difference',
      severity: 'high',
      summary: `Nobody knows whether the provider did what was asked for ${payment.ref}: it has not answered for ten minutes`,
      details: { effect: effect.kind, code: failure.code, message: failure.message.slice(0, 300) },
      entityType: 'payment',
      entityId: payment.id,
      entityRef: payment.ref,
      dedupeKey: unknownKey(effect),
    })
  })
}
