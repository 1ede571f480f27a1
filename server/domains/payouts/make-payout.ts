import { sql } from 'kysely'
import { postLedger } from '#server/domains/ledger/index.ts'
import { AppError, invalid, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

const actorOf = (tx: Tx) => (tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null)

/**
 * Prepares a payout: everything a model earned up to the end of the month that is in no other payout. Of two at once the
 * second finds nothing left. Throws `invalid` for a model there is not, `conflict` when nothing is due. Answers its id.
 */
export async function makePayout(tx: Tx, input: { modelId: string; month: string; currency: string }): Promise<string> {
  const { modelId, currency } = input
  const [model] = await tx.run(tx.db.selectFrom('models').select('name').where('id', '=', modelId).forNoKeyUpdate())
  if (!model) throw invalid('modelId', 'There is no such model.')
  const first = `${input.month}-01`
  const lines = await tx.run(sql<{ id: string; amount: number }>`
    select t.id, (-e.amount)::float8 as amount from ledger_transactions t
    join ledger_entries e on e.transaction_id = t.id and e.account = 'model_payable'
    where t.model_id = ${modelId}::uuid and t.currency = ${currency} and t.kind <> 'payout' and t.month <= ${first}::date
      and not exists (select 1 from payout_lines l where l.transaction_id = t.id) order by t.id`)
  const amount = lines.reduce((sum, line) => sum + line.amount, 0)
  if (amount <= 0) throw new AppError('conflict', `Nothing is due to ${model.name} up to the end of ${input.month}.`)
  const id = tx.ctx.ids.next()
  const { ref } = await tx.db
    .insertInto('payouts')
    .values({ id, model_id: modelId, month: first, currency, amount, created_by: actorOf(tx), created_at: tx.now })
    .returning('ref')
    .executeTakeFirstOrThrow()
  tx.send(sql`insert into payout_lines (transaction_id, payout_id)
    select line, ${id}::uuid from unnest(${lines.map((line) => line.id)}::uuid[]) as line`)
  tx.audit({
    action: 'payout.prepared',
    entityType: 'payout',
    entityId: id,
    entityRef: ref,
    after: { modelId, month: input.month, amount, currency, lines: lines.length },
  })
  return id
}

async function lockPayout(tx: Tx, id: string) {
  const [row] = await tx.run(tx.db.selectFrom('payouts').selectAll().where('id', '=', id).forUpdate())
  if (!row) throw notFound('payout')
  if (row.paid_at) throw new AppError('conflict', `${row.ref} is paid already.`)
  if (row.withdrawn_at) throw new AppError('conflict', `${row.ref} was withdrawn. Prepare another one.`)
  return row
}

export interface PaidPayout {
  id: string
  method: 'cash' | 'bank_transfer' | 'other'
  reference?: string
}

/** Writes down that a prepared payout was paid, and posts it. Throws `conflict` when it is paid or withdrawn already. */
export async function payPayout(tx: Tx, input: PaidPayout): Promise<void> {
  const row = await lockPayout(tx, input.id)
  const paid = { method: input.method, reference: input.reference ?? null, paid_at: tx.now, paid_by: actorOf(tx) }
  tx.send(tx.db.updateTable('payouts').set(paid).where('id', '=', row.id))
  postLedger(tx, {
    key: `payout:${row.id}`,
    kind: 'payout',
    currency: row.currency,
    modelId: row.model_id,
    entries: [
      { account: 'model_payable', amount: row.amount },
      { account: 'cash', amount: -row.amount },
    ],
  })
  tx.audit({
    action: 'payout.paid',
    entityType: 'payout',
    entityId: row.id,
    entityRef: row.ref,
    before: { paid_at: null },
    after: { amount: row.amount, currency: row.currency, method: input.method, paid_at: tx.now },
  })
}

/** Takes a prepared payout back; what was in it is due again. Throws `conflict` once it is paid. */
export async function withdrawPayout(tx: Tx, input: { id: string; reason: string }): Promise<void> {
  const row = await lockPayout(tx, input.id)
  tx.send(tx.db.deleteFrom('payout_lines').where('payout_id', '=', row.id))
  const withdrawn = { withdrawn_at: tx.now, withdrawn_by: actorOf(tx), withdrawn_reason: input.reason }
  tx.send(tx.db.updateTable('payouts').set(withdrawn).where('id', '=', row.id))
  tx.audit({
    action: 'payout.withdrawn',
    entityType: 'payout',
    entityId: row.id,
    entityRef: row.ref,
    before: { amount: row.amount, withdrawn_at: null },
    after: { withdrawn_at: tx.now },
    reason: input.reason,
  })
}

/** Sets a model's own share of what her bookings earn from now on. Throws `stale_write`, `invalid`. */
export async function setShare(tx: Tx, input: { modelId: string; version?: number; basisPoints: number }): Promise<void> {
  const [model] = await tx.run(tx.db.selectFrom('models').select('id').where('id', '=', input.modelId).forNoKeyUpdate())
  if (!model) throw invalid('modelId', 'There is no such model.')
  const [row] = await tx.run(
    tx.db.selectFrom('payout_shares').select(['version', 'basis_points']).where('model_id', '=', input.modelId),
  )
  const version = row?.version ?? 0
  if (input.version !== undefined && input.version !== version) {
    throw new AppError('stale_write', 'Someone changed this share meanwhile. Look at it and try again.', {
      currentVersion: version,
      changed: { basisPoints: row?.basis_points ?? null },
    })
  }
  const next = { basis_points: input.basisPoints, version: version + 1, updated_by: actorOf(tx), updated_at: tx.now }
  tx.send(
    tx.db
      .insertInto('payout_shares')
      .values({ model_id: input.modelId, ...next })
      .onConflict((oc) => oc.column('model_id').doUpdateSet(next)),
  )
  tx.audit({
    action: 'payout.share_set',
    entityType: 'model',
    entityId: input.modelId,
    before: { share_basis_points: row?.basis_points ?? null },
    after: { share_basis_points: input.basisPoints },
  })
}
