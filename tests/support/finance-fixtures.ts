import { postLedger } from '#server/domains/ledger/index.ts'
import { transact } from '#server/transact.ts'
import type { Fixtures, Whose } from './access-fixtures.ts'
import { makeUser, testCtx } from './context.ts'

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
