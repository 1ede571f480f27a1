import type { DifferenceKind, PaymentState } from '#db/tables/index.ts'
import { impliedState, type ProviderFacts, refundedBy } from './provider-facts.ts'

export interface OursCompared {
  id: string
  ref: string
  status: PaymentState
  amount: number
  currency: string
  refunded: number
  /** Something about it is still under way: it is compared when that is done. */
  isOnItsWay: boolean
}

export interface Difference {
  /** The same difference has the same key. */
  key: string
  kind: DifferenceKind
  paymentId: string | null
  paymentRef: string | null
  objectId: string
  ours: Record<string, unknown>
  theirs: Record<string, unknown>
}

/** What differs between our payment and the provider's; either may be missing. Pure. */
export function differencesOf(intentId: string, ours: OursCompared | undefined, theirs: ProviderFacts | null): Difference[] {
  const of = (kind: DifferenceKind, mine: Record<string, unknown>, other: Record<string, unknown>): Difference => ({
    key: `${intentId}:${kind}`,
    kind,
    paymentId: ours?.id ?? null,
    paymentRef: ours?.ref ?? null,
    objectId: intentId,
    ours: mine,
    theirs: other,
  })
  const intent = theirs?.intent
  if (!ours && !intent) return []
  if (!ours) return [of('missing_here', {}, { status: intent?.status, amount: intent?.amount, currency: intent?.currency })]
  if (!theirs || !intent) return [of('missing_there', { status: ours.status, amount: ours.amount }, {})]
  const found: Difference[] = []
  const amount = intent.status === 'succeeded' ? intent.received : intent.amount
  if (intent.currency !== ours.currency) found.push(of('currency', { currency: ours.currency }, { currency: intent.currency }))
  if (amount !== ours.amount) found.push(of('amount', { amount: ours.amount }, { amount }))
  const refunded = Math.min(refundedBy(theirs), amount)
  if (refunded !== ours.refunded) found.push(of('refunds', { refunded: ours.refunded }, { refunded }))
  const implied = impliedState(theirs)
  // What follows from other refunds is said by them.
  if (implied !== ours.status && !(refunded !== ours.refunded && isPaid(implied) && isPaid(ours.status)))
    found.push(of('status', { status: ours.status }, { status: implied }))
  return found
}

const isPaid = (status: PaymentState) => ['succeeded', 'partly_refunded', 'refunded'].includes(status)
