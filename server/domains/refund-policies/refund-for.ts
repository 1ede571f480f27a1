import type { RefundTier } from '#db/tables/index.ts'
import { portion } from '#server/domains/pricing/index.ts'

/** Why a booking is cancelled, as the refund policy sees it. */
export const CANCEL_CAUSES = ['client', 'agency', 'force_majeure'] as const
export type CancelCause = (typeof CANCEL_CAUSES)[number]

/** One version of what cancelling gives back. */
export interface RefundPolicy {
  version: number
  name: string
  /** The earliest first. */
  tiers: readonly RefundTier[]
  /** Basis points of what was paid. */
  agency: number
  forceMajeure: number
}

const HOUR = 3_600_000

/** Basis points of what was paid that come back when it is cancelled at `at`: exactly 72 hours before is still 72. */
export function shareBack(policy: RefundPolicy, startsAt: Date, at: Date, cause: CancelCause): number {
  if (cause === 'agency') return policy.agency
  if (cause === 'force_majeure') return policy.forceMajeure
  const left = startsAt.getTime() - at.getTime()
  return policy.tiers.find((tier) => left >= tier.hoursBefore * HOUR)?.basisPoints ?? 0
}

/**
 * What cancelling gives back, in minor units of `paid` (received and not yet given back), rounded half up. Pure: the
 * preview, the cancellation and the client's page all ask this one function. Never more than was paid.
 */
export function refundFor(policy: RefundPolicy, paid: number, startsAt: Date, at: Date, cause: CancelCause): number {
  return paid <= 0 ? 0 : Math.min(paid, portion(paid, shareBack(policy, startsAt, at, cause)))
}

/** From one moment on and until another, cancelling gives back the same. */
export interface RefundStep {
  from: Date
  /** The last moment of it; null: from then on always. */
  until: Date | null
  basisPoints: number
  /** Minor units. */
  amount: number
}

/** How what cancelling gives back changes from now on, for a client who cancels. */
export function refundSteps(policy: RefundPolicy, paid: number, startsAt: Date, now: Date): RefundStep[] {
  const steps: RefundStep[] = []
  let from = now
  for (const tier of policy.tiers) {
    const until = new Date(startsAt.getTime() - tier.hoursBefore * HOUR)
    if (until < from) continue
    const basisPoints = shareBack(policy, startsAt, from, 'client')
    steps.push({ from, until, basisPoints, amount: refundFor(policy, paid, startsAt, from, 'client') })
    from = new Date(until.getTime() + 1)
  }
  const basisPoints = shareBack(policy, startsAt, from, 'client')
  steps.push({ from, until: null, basisPoints, amount: refundFor(policy, paid, startsAt, from, 'client') })
  return steps
}
