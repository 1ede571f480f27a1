import { idsFrom } from '#server/context.ts'
import type { Fixtures, Whose } from './access-fixtures.ts'

const ids = idsFrom({ now: () => new Date() })
const long = new Date('2026-11-20T08:00:00Z')

/** Written down by hand: nothing of it can be tried again or refunded online. */
export async function manualPayment(made: Fixtures, whose: Whose): Promise<string> {
  const id = ids.next()
  if (whose === 'unknown') return id
  const booking_id = await made.booking('nobody', made.stranger)
  const row = { id, booking_id, type: 'full' as const, method: 'cash' as const, status: 'succeeded' as const }
  await made.database.db
    .insertInto('payments')
    .values({ ...row, amount: 1_000, currency: 'GBP', created_at: long, updated_at: long })
    .execute()
  return id
}

/** Found by a run, and open. */
export async function difference(made: Fixtures, whose: Whose): Promise<string> {
  const [id, run_id] = [ids.next(), ids.next()]
  if (whose === 'unknown') return id
  const { db } = made.database
  const run = { provider: 'stripe', from_at: long, to_at: long, state: 'done' as const, created_at: long }
  await db
    .insertInto('reconciliation_runs')
    .values({ id: run_id, ...run })
    .execute()
  const found = { key: id, kind: 'status' as const, ours: '{}', theirs: '{}', state: 'open' as const }
  await db
    .insertInto('provider_differences')
    .values({ id, run_id, last_run_id: run_id, ...found, created_at: long, seen_at: long })
    .execute()
  return id
}
