import { postLedger } from '#server/domains/ledger/index.ts'
import { transact } from '#server/transact.ts'
import type { Fixtures, Whose } from './access-fixtures.ts'
import { makeUser, testCtx } from './context.ts'
import { manualPayment } from './payment-fixtures.ts'

const MONTH = '2026-11'

/** A model who is owed something. */
export async function earningModel(made: Fixtures): Promise<string> {
  const modelId = await made.newModel('nobody')
  const entries = [
    { account: 'model_costs' as const, amount: 1_000 },
    { account: 'model_payable' as const, amount: -1_000 },
  ]
  const finance = await makeUser(made.database, 'FINANCE')
  await transact(testCtx(made.database, finance, { clock: made.clock }), async (tx) =>
    postLedger(tx, { key: `fixture:${modelId}`, kind: 'adjustment', currency: 'GBP', modelId, entries }),
  )
  return modelId
}

export async function payout(made: Fixtures, whose: Whose): Promise<string> {
  if (whose === 'unknown') return made.id()
  const finance = made.callerOf(await makeUser(made.database, 'FINANCE'))
  return (await finance.payouts.make({ modelId: await earningModel(made), month: MONTH })).id
}

let closed = 0
/** Long ago, and a later one each time: a month is closed once. */
export function monthToClose(): string {
  closed += 1
  return `20${String(10 + Math.floor(closed / 12)).padStart(2, '0')}-${String((closed % 12) + 1).padStart(2, '0')}`
}

export async function priceAdjustment(made: Fixtures, whose: Whose): Promise<string> {
  const id = made.id()
  if (whose === 'unknown') return id
  const at = made.clock.now()
  await made.database.db
    .insertInto('price_adjustments')
    .values({
      id,
      kind: 'discount',
      label: 'Nobody’s',
      basis_points: 1_000,
      client_tag: 'nobody',
      created_at: at,
      updated_at: at,
    })
    .execute()
  return id
}

/** A refund by hand that waits to be handed over. */
export async function waitingRefund(made: Fixtures, whose: Whose): Promise<string> {
  const id = await manualPayment(made, whose)
  if (whose === 'unknown') return id
  const finance = made.callerOf({ ...(await makeUser(made.database, 'FINANCE')), authenticatedAt: made.clock.now() })
  return (await finance.refunds.request({ id, amount: { amount: 1, currency: 'GBP' }, reason: 'A test' })).refundId ?? ''
}

/** A refund that somebody else asked for and that waits for a second person. */
export async function refundRequest(made: Fixtures, whose: Whose): Promise<string> {
  const paymentId = await manualPayment(made, whose)
  if (whose === 'unknown') return paymentId
  const { db } = made.database
  const payment = await db.selectFrom('payments').select('booking_id').where('id', '=', paymentId).executeTakeFirstOrThrow()
  const id = made.id()
  await db
    .insertInto('refund_requests')
    .values({
      id,
      booking_id: payment.booking_id,
      payment_id: paymentId,
      kind: 'partial',
      amount: 1,
      currency: 'GBP',
      policy_amount: 0,
      reason: 'A test',
      requested_by: made.stranger.id,
      requested_at: made.clock.now(),
    })
    .execute()
  return id
}
