import { systemActor } from '#server/context.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { repairCounts } from '#server/domains/work/index.ts'
import type { Tx } from '#server/transact.ts'

/**
 * Compares the counters of the Action Center with its rows and puts them right; that they differed is an exception,
 * because they never should. Returns how many did.
 */
export async function auditCounts(tx: Tx): Promise<number> {
  const differences = await repairCounts(tx)
  if (differences.length === 0) return 0
  tx.ctx.log.error({ differences: differences.slice(0, 50) }, 'counters of the Action Center differed from its rows')
  await raiseException(tx.as(systemActor('counters')), {
    type: 'mismatch',
    severity: 'high',
    summary: `${differences.length} counters of the Action Center differed from its rows and were put right`,
    details: { differences: differences.slice(0, 50) },
    dedupeKey: 'work-counts',
  })
  return differences.length
}
