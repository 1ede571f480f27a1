import type { PaymentState } from '#db/tables/index.ts'
import type { LockedBooking } from '#server/domains/bookings/index.ts'
import { advance } from '#server/lifecycle/advance.ts'
import { pathBetween } from '#server/lifecycle/lifecycle.ts'
import type { Tx } from '#server/transact.ts'
import { paymentLiving } from './payment.lifecycle.ts'
import { paymentLifecycle } from './payment.machine.ts'
import { type LockedPayment, updatePayment } from './payment.repository.ts'
import { moneyText, reportFailed } from './payment-reports.ts'
import { postCameBack, postGivenBack } from './post-money.ts'
import type { ProviderFacts, RefundFact } from './provider-facts.ts'

const STATE_OF = { pending: 'pending', succeeded: 'succeeded', failed: 'failed' } as const

/**
 * Brings our refunds to what the provider says of its own; one nobody here asked for (the provider's own page) is written
 * down, and so is what a lost dispute took.
 */
export async function settleRefunds(tx: Tx, booking: LockedBooking, payment: LockedPayment, facts: ProviderFacts): Promise<void> {
  const said: [string, RefundFact, 'provider' | 'dispute'][] = [
    ...Object.entries(facts.refunds ?? {}).map(([id, fact]): [string, RefundFact, 'provider'] => [id, fact, 'provider']),
    ...Object.entries(facts.disputes ?? {})
      .filter(([, dispute]) => dispute.status === 'lost')
      .map(([id, { at, amount }]): [string, RefundFact, 'dispute'] => [
        id,
        { status: 'succeeded', at, amount, ours: null },
        'dispute',
      ]),
  ]
  if (said.length === 0) return
  const rows = await tx.run(
    tx.db.selectFrom('payments').selectAll().where('refund_of', '=', payment.id).orderBy('id').forUpdate(),
  )
  for (const [id, fact, kind] of said) {
    const row = rows.find((one) => one.provider_id === id || (fact.ours !== null && one.id === fact.ours))
    const refund = row ?? (await writeDown(tx, booking, payment, { id, amount: fact.amount, kind }))
    if (refund.provider_id === null) updatePayment(tx, refund.id, { provider_id: id })
    await follow(tx, booking, refund, STATE_OF[fact.status])
  }
}

async function follow(tx: Tx, booking: LockedBooking, refund: LockedPayment, target: PaymentState): Promise<void> {
  if (refund.status === target) return
  let row = refund
  for (const newStatus of pathBetween(paymentLifecycle, refund.status, target) ?? []) {
    ;({ row } = await advance(tx, paymentLiving, row, { newStatus }))
  }
  if (row.status === 'failed') {
    if (refund.status === 'succeeded' && refund.refund_kind !== 'dispute') postCameBack(tx, row)
    return reportFailed(tx, booking, row)
  }
  if (row.status !== 'succeeded') return
  // What a lost dispute took is posted as the dispute's own end.
  if (row.refund_kind !== 'dispute') postGivenBack(tx, row)
  updatePayment(tx, row.id, { settled_at: tx.now })
  tx.timeline({
    bookingId: booking.id,
    kind: 'payment',
    title: `${moneyText(row.amount, row.currency)} given back`,
    body: row.reason,
    data: { paymentId: row.id, amount: row.amount, currency: row.currency },
  })
  tx.event({
    type: 'payment.refunded',
    entityType: 'payment',
    entityId: row.refund_of ?? row.id,
    entityRef: row.ref,
    payload: { bookingId: booking.id },
  })
}

async function writeDown(
  tx: Tx,
  booking: LockedBooking,
  payment: LockedPayment,
  refund: { id: string; amount: number; kind: 'provider' | 'dispute' },
): Promise<LockedPayment> {
  const reason = refund.kind === 'dispute' ? 'A dispute was lost' : 'Refunded on the provider’s own page'
  const row = await tx.db
    .insertInto('payments')
    .values({
      id: tx.ctx.ids.next(),
      booking_id: booking.id,
      provider: 'stripe',
      provider_id: refund.id,
      provider_mode: payment.provider_mode,
      type: 'refund',
      status: 'pending',
      amount: refund.amount,
      currency: payment.currency,
      refund_of: payment.id,
      refund_kind: refund.kind,
      reason,
      created_at: tx.now,
      updated_at: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  tx.audit({
    action: 'payment.refund_requested',
    entityType: 'payment',
    entityId: row.id,
    entityRef: row.ref,
    after: { refundOf: payment.id, amount: row.amount, currency: row.currency, kind: refund.kind, status: 'pending' },
    reason,
  })
  return row
}
