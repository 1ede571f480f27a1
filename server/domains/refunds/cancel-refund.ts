import { may } from '#server/context.ts'
import type { Cancelling, LockedBooking } from '#server/domains/bookings/index.ts'
import { readPolicy, refundFor } from '#server/domains/refund-policies/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { decideRefund } from './decide-refund.ts'
import { giveBack } from './give-back.ts'
import { heldMoney } from './held-money.ts'

/**
 * What becomes of a booking's money when it is cancelled, in the transaction that cancels it: by the policy it was made
 * under, or as somebody who may refund decides, with a reason. Equals the preview of the same moment to the penny. Throws
 * `forbidden`, `invalid`, and `conflict` when it is no longer what was shown.
 */
export async function refundCancelled(tx: Tx, booking: LockedBooking, given: Cancelling): Promise<void> {
  const cause = given.cause ?? 'client'
  if (cause !== 'client' && !may(tx.ctx, 'bookings.cancel_cause'))
    throw new AppError(
      'forbidden',
      'Your role may cancel for the client only. Ask a manager to say that it was the agency’s fault.',
    )
  const { kind = 'policy', expected, amount, reason } = given.refund ?? {}
  if (kind !== 'policy') requireDecider(tx, reason)
  const { held } = await heldMoney(tx.db, booking.id)
  if (held <= 0 && !expected) return
  const policy = await readPolicy(tx.db, booking.refund_policy_version)
  const at = tx.ctx.faults?.refundAsOfBooking ? booking.created_at : tx.now
  const byPolicy = refundFor(policy, held, booking.starts_at, at, cause)
  const wanted = { policy: byPolicy, full: held, partial: amount?.amount ?? 0, waived: 0 }[kind]
  if (kind === 'partial' && (!amount || amount.currency !== booking.currency || wanted > held))
    throw invalid('metadata.refund.amount', `is an amount in ${booking.currency} of at most ${held} (minor units)`)
  if (expected && (expected.amount !== wanted || expected.currency !== booking.currency)) {
    throw new AppError('conflict', `Cancelling gives back another amount by now. Look at the preview again.`, {
      changed: { givesBack: { amount: wanted, currency: booking.currency } },
    })
  }
  note(tx, booking, { kind, cause, wanted, held, version: policy.version, reason })
  if (kind === 'policy') {
    const why = cause === 'client' ? 'Cancelled by the client' : cause === 'agency' ? 'Cancelled by the agency' : 'Force majeure'
    return giveBack(tx, booking, { amount: wanted, kind: 'policy', reason: `${why}, refund terms version ${policy.version}` })
  }
  if (kind !== 'waived') await decideRefund(tx, booking, { amount: wanted, kind, reason: reason ?? '', byPolicy })
}

function requireDecider(tx: Tx, reason: string | undefined): void {
  if (!may(tx.ctx, 'payments.refund'))
    throw new AppError('forbidden', 'Your role gives back what the policy says. Ask finance for more or less.')
  if (!reason) throw invalid('metadata.refund.reason', 'is needed to give back something else than the policy says')
}

interface Noted {
  kind: string
  cause: string
  wanted: number
  held: number
  version: number
  reason?: string
}

function note(tx: Tx, booking: LockedBooking, { wanted, held, version, reason, ...rest }: Noted): void {
  tx.audit({
    action: 'booking.refund_decided',
    entityType: 'booking',
    entityId: booking.id,
    entityRef: booking.ref,
    after: { ...rest, gives: wanted, keeps: held - wanted, currency: booking.currency, policyVersion: version },
    reason: reason ?? null,
  })
}
