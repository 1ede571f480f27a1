import type { DifferenceKind } from '#db/tables/index.ts'
import { raiseException } from '#server/domains/exceptions/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Window } from '#server/integrations/stripe/index.ts'
import type { Tx } from '#server/transact.ts'
import type { Difference } from './compare-payments.ts'
import { closeExceptions } from './payment-reports.ts'

const WORDS: Record<DifferenceKind, string> = {
  missing_here: 'the provider has a payment of ours that is not here',
  missing_there: 'the provider does not know it',
  status: 'it stands elsewhere at the provider',
  amount: 'its amount differs',
  refunds: 'what was given back differs',
  currency: 'its currency differs',
}
const exceptionKey = (key: string) => `difference:${key}`

/** Each difference once, with its exception; those of the window that are gone are closed. In the run's own transaction. */
export async function writeDifferences(tx: Tx, runId: string, window: Window, found: readonly Difference[]): Promise<void> {
  const open = await tx.run(
    tx.db.selectFrom('provider_differences').select(['id', 'key', 'seen_at']).where('state', '=', 'open').forUpdate(),
  )
  const known = new Map(open.map((row) => [row.key, row.id]))
  for (const difference of found) {
    const id = known.get(difference.key)
    if (id === undefined) await writeDown(tx, runId, difference)
    else seeAgain(tx, runId, id, difference)
  }
  const keys = new Set(found.map(({ key }) => key))
  for (const row of open) {
    if (keys.has(row.key) || row.seen_at < window.from) continue
    await close(tx, row, 'It no longer differs.')
  }
}

async function writeDown(tx: Tx, runId: string, difference: Difference): Promise<void> {
  const { paymentId, paymentRef, objectId, key, kind } = difference
  const exception = await raiseException(tx, {
    type: 'payment_difference',
    severity: kind === 'status' || kind === 'missing_here' ? 'high' : 'medium',
    summary: `${paymentRef ?? objectId}: ${WORDS[kind]}`,
    details: { ours: difference.ours, provider: difference.theirs, object: objectId },
    ...(paymentId && paymentRef ? { entityType: 'payment' as const, entityId: paymentId, entityRef: paymentRef } : {}),
    dedupeKey: exceptionKey(key),
  })
  tx.send(
    tx.db.insertInto('provider_differences').values({
      id: tx.ctx.ids.next(),
      run_id: runId,
      last_run_id: runId,
      key,
      kind,
      payment_id: paymentId,
      object_id: objectId,
      ours: JSON.stringify(difference.ours),
      theirs: JSON.stringify(difference.theirs),
      state: 'open',
      exception_id: exception.id,
      created_at: tx.now,
      seen_at: tx.now,
    }),
  )
}

function seeAgain(tx: Tx, runId: string, id: string, { ours, theirs }: Difference): void {
  tx.send(
    tx.db
      .updateTable('provider_differences')
      .set({ last_run_id: runId, seen_at: tx.now, ours: JSON.stringify(ours), theirs: JSON.stringify(theirs) })
      .where('id', '=', id),
  )
}

async function close(tx: Tx, { id, key }: { id: string; key: string }, resolution: string): Promise<void> {
  tx.send(
    tx.db.updateTable('provider_differences').set({ state: 'resolved', resolution, resolved_at: tx.now }).where('id', '=', id),
  )
  await closeExceptions(tx, exceptionKey(key), resolution)
}

export interface ResolveDifference {
  id: string
  /** `adopt`: take the provider's word, by asking it now. `accept`: leave it as it is, for a reason. */
  action: 'adopt' | 'accept'
  reason: string
}

/** A person decides about a difference; audited with their reason. Throws `not_found`, `conflict`. */
export async function resolveDifference(tx: Tx, { id, action, reason }: ResolveDifference): Promise<void> {
  const [row] = await tx.run(tx.db.selectFrom('provider_differences').selectAll().where('id', '=', id).forUpdate())
  if (!row) throw notFound('difference')
  if (row.state !== 'open') throw new AppError('conflict', 'This difference is settled already.')
  if (action === 'adopt' && (row.payment_id === null || row.kind === 'missing_there'))
    throw new AppError('conflict', 'There is no word of the provider to take for this one. Accept it with a reason.')
  await close(tx, row, reason)
  const entity = { entityType: 'payment', entityId: row.payment_id ?? row.id }
  tx.audit({
    action: `payment.difference_${action === 'adopt' ? 'adopted' : 'accepted'}`,
    ...entity,
    before: { difference: 'open' },
    after: { difference: 'resolved', kind: row.kind, object: row.object_id },
    reason,
  })
  tx.event({
    type: 'payment.updated',
    ...entity,
    payload: { fields: ['reconciliation'] },
    ...(action === 'adopt'
      ? {
          timers: [
            {
              key: `payment-check:${row.payment_id}`,
              task: 'payment-check',
              runAt: tx.now.toISOString(),
              payload: { paymentId: row.payment_id },
            },
          ],
        }
      : {}),
  })
}
