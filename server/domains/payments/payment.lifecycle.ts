import type { Living } from '#server/lifecycle/advance.ts'
import { type PaymentFacts, paymentLifecycle } from './payment.machine.ts'
import type { LockedPayment } from './payment.repository.ts'

/** The row carries what the step is about (refunded so far, a dispute) before the rules are asked. */
export const paymentLiving: Living<LockedPayment, PaymentFacts> = {
  lifecycle: paymentLifecycle,
  entityType: 'payment',
  refOf: (row) => row.ref,
  assigneeOf: () => null,
  async facts(_tx, row) {
    return {
      isRefund: row.type === 'refund',
      amount: row.amount,
      refunded: row.refunded_amount,
      disputed: row.dispute_due_at !== null,
    }
  },
  actions: {},
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('payments')
        .set({ status: row.status, version: row.version, updated_at: tx.now })
        .where('id', '=', row.id),
    )
  },
}
