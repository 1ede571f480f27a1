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
