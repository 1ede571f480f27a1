import type { Tx } from '#server/transact.ts'
import type { Override } from './judge-time.ts'
import type { TimeReason } from './time-question.ts'

/** Says in the audit log (and a booking's timeline) which rules someone set aside and why. Nothing when none had to be. */
export function auditAside(
  tx: Tx,
  entity: { entityType: 'booking' | 'hold' | 'time_off'; entityId: string; entityRef?: string },
  aside: readonly TimeReason[],
  override: Override | undefined,
): void {
  if (!override || aside.length === 0) return
  tx.audit({
    action: `${entity.entityType}.rule_overridden`,
    ...entity,
    after: { rules: aside.map(({ rule }) => rule), texts: aside.map(({ text }) => text) },
    reason: override.reason,
  })
  if (entity.entityType === 'booking') {
    tx.timeline({
      bookingId: entity.entityId,
      kind: 'override',
      title: `Set aside: ${aside.map(({ rule }) => rule.replaceAll('_', ' ')).join(', ')}`,
      body: override.reason,
    })
  }
}
