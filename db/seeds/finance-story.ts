import { sql } from 'kysely'
import { makePayout, payPayout } from '#server/domains/payouts/index.ts'
import { createAdjustment } from '#server/domains/refund-policies/index.ts'
import { handOver } from '#server/domains/refunds/index.ts'
import { DAY, HOUR, later, MINUTE, whenAwake } from './london.ts'
import { between } from './people.ts'
import type { Story } from './simulation.ts'
import type { World } from './world.ts'

/** Finance hands back what was taken by hand for a booking that was cancelled. */
export async function* handedBack({ sim, staff }: World, bookingId: string): Story {
  yield whenAwake(later(sim.clock.now(), between(sim.rng, 60, 600) * MINUTE))
  const waiting = await sim.db
    .selectFrom('payments')
    .select('id')
    .where('booking_id', '=', bookingId)
    .where('type', '=', 'refund')
    .where('provider', '=', 'manual')
    .where('status', '=', 'pending')
    .execute()
  for (const { id } of waiting)
    await sim.attempt(staff.finance, (tx) => handOver(tx, { id, method: 'bank_transfer', reference: 'Refund' }))
}

/** A surcharge for late nights, and last month's payouts: some paid, one prepared. */
export function planFinance({ sim, staff }: World): void {
  sim.tell(later(sim.until, -40 * DAY), async function* () {
    const late = { kind: 'surcharge' as const, label: 'Late night', basisPoints: 1_000, fromMinute: 1_380, toMinute: 300 }
    await sim.act(staff.finance, (tx) => createAdjustment(tx, late))
  })
  sim.tell(later(sim.until, -26 * HOUR), async function* () {
    const { rows } = await sql<{ model_id: string; month: string }>`
      select t.model_id, to_char(min(t.month), 'YYYY-MM') as month from ledger_transactions t
      join ledger_entries e on e.transaction_id = t.id and e.account = 'model_payable' and e.currency = 'GBP'
      where t.model_id is not null group by t.model_id order by sum(e.amount) limit 4`.execute(sim.db)
    for (const [index, { model_id: modelId, month }] of rows.entries()) {
      const id = await sim.act(staff.finance, (tx) => makePayout(tx, { modelId, month, currency: 'GBP' }))
      if (index > 0)
        await sim.act(staff.finance, (tx) => payPayout(tx, { id, method: 'bank_transfer', reference: `FPS ${index}` }))
    }
    yield later(sim.clock.now(), MINUTE)
  })
}
