import type Stripe from 'stripe'
import type { PaymentState } from '#db/tables/index.ts'

/**
 * What the provider has said of one payment so far. Folding is commutative and idempotent: the same things said in any
 * order, any number of times, come to the same facts. So webhooks may come as they like.
 */
export interface ProviderFacts {
  intent?: IntentFact
  /** By the provider's id. */
  refunds?: Record<string, RefundFact>
  disputes?: Record<string, DisputeFact>
  /** The most that was ever said to be given back; more than the known refunds means that one was not told. */
  saidRefunded?: number
  /** Two words of one second contradict each other: only the provider knows which came last. */
  unsure?: boolean
}

export type IntentStatus = 'open' | 'action' | 'failed' | 'canceled' | 'succeeded'
export interface IntentFact {
  status: IntentStatus
  /** Seconds, by the provider's clock. */
  at: number
  amount: number
  received: number
  currency: string
  chargeId: string | null
  failureCode: string | null
  failureText: string | null
}
export interface RefundFact {
  status: 'pending' | 'succeeded' | 'failed'
  at: number
  amount: number
  /** Our own row, when we asked for it. */
  ours: string | null
}
export interface DisputeFact {
  status: 'open' | 'won' | 'lost'
  at: number
  amount: number
  reason: string
  /** Until when evidence may be handed in, seconds. */
  dueBy: number | null
}

/** Later in time, or of the same second further along: an end is never taken back by something older. */
const INTENT_RANK: Record<IntentStatus, number> = { open: 0, action: 1, failed: 2, canceled: 8, succeeded: 9 }
const REFUND_RANK = { pending: 0, succeeded: 1, failed: 2 }
const DISPUTE_RANK = { open: 0, won: 1, lost: 2 }
const isEnd = (status: IntentStatus) => INTENT_RANK[status] >= 8

function laterIntent(known: IntentFact | undefined, said: IntentFact): IntentFact {
  if (!known) return said
  const order = [
    Number(isEnd(said.status)) - Number(isEnd(known.status)),
    said.at - known.at,
    INTENT_RANK[said.status] - INTENT_RANK[known.status],
  ].find((difference) => difference !== 0)
  return order !== undefined && order > 0 ? said : known
}

function contradicts(known: IntentFact | undefined, said: IntentFact): boolean {
  return (
    known !== undefined && known.at === said.at && known.status !== said.status && !isEnd(known.status) && !isEnd(said.status)
  )
}

function later<T extends { at: number; status: string }>(known: T | undefined, said: T, rank: Record<T['status'], number>): T {
  if (!known) return said
  const order = rank[said.status as T['status']] - rank[known.status as T['status']] || said.at - known.at
  return order > 0 ? said : known
}

/** What one thing the provider said adds. */
export type Said =
  | { kind: 'intent'; fact: IntentFact }
  | { kind: 'refund'; id: string; fact: RefundFact }
  | { kind: 'dispute'; id: string; fact: DisputeFact }
  | { kind: 'charge'; refunded: number }

export function fold(facts: ProviderFacts, said: Said): ProviderFacts {
  switch (said.kind) {
    case 'intent':
      return {
        ...facts,
        intent: laterIntent(facts.intent, said.fact),
        ...(contradicts(facts.intent, said.fact) ? { unsure: true } : {}),
      }
    case 'refund':
      return { ...facts, refunds: { ...facts.refunds, [said.id]: later(facts.refunds?.[said.id], said.fact, REFUND_RANK) } }
    case 'dispute':
      return { ...facts, disputes: { ...facts.disputes, [said.id]: later(facts.disputes?.[said.id], said.fact, DISPUTE_RANK) } }
    case 'charge':
      return { ...facts, saidRefunded: Math.max(facts.saidRefunded ?? 0, said.refunded) }
  }
}

/** A planted mistake for tests: the last word wins, whenever it was said. */
export function believe(facts: ProviderFacts, said: Said): ProviderFacts {
  switch (said.kind) {
    case 'intent':
      return { ...facts, intent: said.fact }
    case 'refund':
      return { ...facts, refunds: { ...facts.refunds, [said.id]: said.fact } }
    case 'dispute':
      return { ...facts, disputes: { ...facts.disputes, [said.id]: said.fact } }
    case 'charge':
      return { ...facts, saidRefunded: said.refunded }
  }
}

const idOf = (value: string | { id: string } | null | undefined) => (typeof value === 'string' ? value : (value?.id ?? null))

/** An intent as it stood at a time. A card that was refused leaves it waiting for another: that is what failed means here. */
export function saidByIntent(intent: SaidIntent, at: number): Said {
  const error = intent.last_payment_error
  return {
    kind: 'intent',
    fact: {
      status: intentStatus(intent),
      at,
      amount: intent.amount,
      received: intent.amount_received ?? 0,
      currency: intent.currency.toUpperCase(),
      chargeId: idOf(intent.latest_charge),
      failureCode: error ? (error.decline_code ?? error.code ?? 'declined') : null,
      failureText: error?.message ?? null,
    },
  }
}

/** The fields we read; an object of the inbox has these and no others. */
export type SaidIntent = Pick<Stripe.PaymentIntent, 'id' | 'status' | 'amount' | 'currency'> & {
  amount_received?: number | null
  latest_charge?: string | { id: string } | null
  last_payment_error?: { code?: string | null; decline_code?: string | null; message?: string | null } | null
}

function intentStatus(intent: SaidIntent): IntentStatus {
  switch (intent.status) {
    case 'succeeded':
      return 'succeeded'
    case 'canceled':
      return 'canceled'
    case 'requires_action':
      return 'action'
    case 'requires_payment_method':
      return intent.last_payment_error ? 'failed' : 'open'
    default:
      return 'open'
  }
}

export function saidByRefund(refund: SaidRefund, at: number): Said {
  const status =
    refund.status === 'succeeded'
      ? 'succeeded'
      : refund.status === 'failed' || refund.status === 'canceled'
        ? 'failed'
        : 'pending'
  return {
    kind: 'refund',
    id: refund.id,
    fact: { status, at, amount: refund.amount, ours: refund.metadata?.virel_refund ?? null },
  }
}
export type SaidRefund = Pick<Stripe.Refund, 'id' | 'amount' | 'status'> & { metadata?: Record<string, string> | null }

export function saidByDispute(dispute: SaidDispute, at: number): Said {
  const status =
    dispute.status === 'won' || dispute.status === 'warning_closed' ? 'won' : dispute.status === 'lost' ? 'lost' : 'open'
  return {
    kind: 'dispute',
    id: dispute.id,
    fact: { status, at, amount: dispute.amount, reason: dispute.reason, dueBy: dispute.evidence_details?.due_by ?? null },
  }
}
export type SaidDispute = Pick<Stripe.Dispute, 'id' | 'amount' | 'reason' | 'status'> & {
  evidence_details?: { due_by?: number | null } | null
}

/** Given back or taken away for good: refunds that went through and disputes that were lost. */
export function refundedBy(facts: ProviderFacts): number {
  const refunds = Object.values(facts.refunds ?? {}).filter((refund) => refund.status === 'succeeded')
  const lost = Object.values(facts.disputes ?? {}).filter((dispute) => dispute.status === 'lost')
  return [...refunds, ...lost].reduce((sum, { amount }) => sum + amount, 0)
}

/** Whether the provider has to be asked: its words contradict each other, or tell of refunds it did not name. */
export function needsAsking(facts: ProviderFacts): boolean {
  if (facts.intent && isEnd(facts.intent.status)) {
    const named = Object.values(facts.refunds ?? {}).reduce(
      (sum, refund) => sum + (refund.status === 'failed' ? 0 : refund.amount),
      0,
    )
    const failed = Object.values(facts.refunds ?? {}).some((refund) => refund.status === 'failed')
    return !failed && (facts.saidRefunded ?? 0) > named
  }
  return facts.unsure === true
}

/** Where a payment stands by what the provider said. */
export function impliedState(facts: ProviderFacts): PaymentState {
  const { intent } = facts
  if (!intent) return 'pending'
  if (intent.status !== 'succeeded') return STATE_OF[intent.status]
  if (openDisputeOf(facts)) return 'disputed'
  const refunded = refundedBy(facts)
  return refunded === 0 ? 'succeeded' : refunded < intent.received ? 'partly_refunded' : 'refunded'
}

export const STATE_OF = {
  open: 'pending',
  action: 'requires_action',
  failed: 'failed',
  canceled: 'cancelled',
  succeeded: 'succeeded',
} as const satisfies Record<IntentStatus, PaymentState>

export function openDisputeOf(facts: ProviderFacts): (DisputeFact & { id: string }) | undefined {
  const open = Object.entries(facts.disputes ?? {}).find(([, dispute]) => dispute.status === 'open')
  return open && { id: open[0], ...open[1] }
}
