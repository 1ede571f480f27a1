import {
  type MovedMoney,
  postDisputeClosed,
  postDisputeOpened,
  postLedger,
  postReceived,
  postRefunded,
} from '#server/domains/ledger/index.ts'
import type { Tx } from '#server/transact.ts'
import type { LockedPayment } from './payment.repository.ts'
import type { ProviderFacts } from './provider-facts.ts'

/** What payments taken online mean for the books; each fact is posted once, however often it is told. */
function moved(payment: LockedPayment, amount = payment.amount): MovedMoney {
  return { paymentId: payment.id, bookingId: payment.booking_id, amount, currency: payment.currency, through: 'stripe' }
}

export function postPaid(tx: Tx, payment: LockedPayment): void {
  postReceived(tx, moved(payment))
}

export function postGivenBack(tx: Tx, refund: LockedPayment): void {
  postRefunded(tx, moved(refund), refund.id)
}

/** A refund that had gone through came back to us. */
export function postCameBack(tx: Tx, refund: LockedPayment): void {
  postLedger(tx, {
    key: `refund:${refund.id}:returned`,
    kind: 'refund',
    currency: refund.currency,
    bookingId: refund.booking_id,
    paymentId: refund.id,
    memo: 'The refund came back',
    entries: [
      { account: 'provider_clearing', amount: refund.amount },
      { account: 'client_deposits', amount: -refund.amount },
    ],
  })
}

/** Taken away while it is fought over; given back when won, gone when lost. */
export function postDisputes(tx: Tx, payment: LockedPayment, facts: ProviderFacts): void {
  for (const [id, { amount, status }] of Object.entries(facts.disputes ?? {})) {
    postDisputeOpened(tx, moved(payment, amount), id)
    if (status !== 'open') postDisputeClosed(tx, moved(payment, amount), id, status)
  }
}
