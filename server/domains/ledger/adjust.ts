import { invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { AdjustInput } from './ledger.schema.ts'
import { postLedgerNow } from './post-ledger.ts'

/**
 * A correction by hand: moves an amount between two accounts, with the reason. Nothing that was posted changes; this
 * stands beside it. Throws `invalid` for a booking or model there is not. Answers the transaction's id.
 */
export async function adjustLedger(tx: Tx, input: AdjustInput): Promise<string> {
  if (input.bookingId) await requireRow(tx, 'bookings', input.bookingId, 'bookingId')
  if (input.modelId) await requireRow(tx, 'models', input.modelId, 'modelId')
  const posted = await postLedgerNow(tx, {
    key: `adjustment:${tx.ctx.ids.next()}`,
    kind: 'adjustment',
    currency: input.amount.currency,
    bookingId: input.bookingId,
    modelId: input.modelId,
    memo: input.memo,
    entries: [
      { account: input.debit, amount: input.amount.amount },
      { account: input.credit, amount: -input.amount.amount },
    ],
  })
  if (!posted) throw new Error('an adjustment has a key of its own')
  const { id, ref } = posted
  tx.audit({
    action: 'ledger.adjusted',
    entityType: 'ledger_transaction',
    entityId: id,
    entityRef: ref,
    after: { debit: input.debit, credit: input.credit, amount: input.amount.amount, currency: input.amount.currency },
    reason: input.memo,
  })
  return id
}

async function requireRow(tx: Tx, table: 'bookings' | 'models', id: string, path: string): Promise<void> {
  const row = await tx.db.selectFrom(table).select('id').where('id', '=', id).executeTakeFirst()
  if (!row) throw invalid(path, 'There is no such row.')
}
