import type { Tx } from '#server/transact.ts'
import { postLedger } from './post-ledger.ts'

/** Money that came or went through a payment. */
export interface MovedMoney {
  paymentId: string
  bookingId: string
  /** Minor units, more than zero. */
  amount: number
  currency: string
  /** Where it is: with the provider, or taken by hand. */
  through: 'stripe' | 'manual'
}

const placeOf = ({ through }: MovedMoney) => (through === 'stripe' ? 'provider_clearing' : 'cash')
const about = ({ bookingId, paymentId, currency }: MovedMoney) => ({ bookingId, paymentId, currency })

/** A payment succeeded: the money is here and stays the client's until the booking has taken place. */
export function postReceived(tx: Tx, money: MovedMoney): void {
  postLedger(tx, {
    ...about(money),
    key: `payment:${money.paymentId}:received`,
    kind: 'payment',
    entries: [
      { account: placeOf(money), amount: money.amount },
      { account: 'client_deposits', amount: -money.amount },
    ],
  })
}

/**
 * A refund was carried out. `refundKey` names it among others of the payment: the provider's id, or that of the
 * payment row of a refund by hand.
 */
export function postRefunded(tx: Tx, money: MovedMoney, refundKey: string): void {
  postLedger(tx, {
    ...about(money),
    key: `refund:${refundKey}`,
    kind: 'refund',
    entries: [
      { account: 'client_deposits', amount: money.amount },
      { account: placeOf(money), amount: -money.amount },
    ],
  })
}

/** What the provider kept of a payment for itself. */
export function postFee(tx: Tx, money: MovedMoney, feeKey: string): void {
  postLedger(tx, {
    ...about(money),
    key: `fee:${feeKey}`,
    kind: 'fee',
    entries: [
      { account: 'fees', amount: money.amount },
      { account: placeOf(money), amount: -money.amount },
    ],
  })
}

/** The provider took back a disputed payment; whether for good shows later. */
export function postDisputeOpened(tx: Tx, money: MovedMoney, disputeKey: string): void {
  postLedger(tx, {
    ...about(money),
    key: `dispute:${disputeKey}:opened`,
    kind: 'dispute',
    entries: [
      { account: 'disputes', amount: money.amount },
      { account: placeOf(money), amount: -money.amount },
    ],
  })
}

/** Won: the provider gave it back. Lost: the agency bears it. */
export function postDisputeClosed(tx: Tx, money: MovedMoney, disputeKey: string, outcome: 'won' | 'lost'): void {
  postLedger(tx, {
    ...about(money),
    key: `dispute:${disputeKey}:closed`,
    kind: 'dispute',
    entries: [
      { account: outcome === 'won' ? placeOf(money) : 'dispute_losses', amount: money.amount },
      { account: 'disputes', amount: -money.amount },
    ],
  })
}
