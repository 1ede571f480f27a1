import { sql } from 'kysely'
import type { BookingStatus, PriceLine } from '#db/tables/index.ts'
import { portion, split } from '#server/domains/pricing/index.ts'
import type { Tx } from '#server/transact.ts'
import { postLedger } from './post-ledger.ts'

/** How a booking ends with what was received being earned; an expired one's money waits for a decision. */
const EARNING: readonly BookingStatus[] = ['completed', 'no_show', 'cancelled']

/**
 * What of an earned amount is the model's: the taxi of a booking that took place is hers whole, of the rest her share.
 * The agency keeps what is left, so both parts always sum to the amount. Minor units.
 */
export function modelPart(amount: number, basisPoints: number, lines: readonly PriceLine[], tookPlace: boolean): number {
  const price = lines.reduce((sum, line) => sum + line.amount, 0)
  const taxi = tookPlace ? lines.reduce((sum, line) => (line.kind === 'taxi' ? sum + line.amount : sum), 0) : 0
  const [fare = 0, rest = amount] = price > 0 ? split(amount, [taxi, Math.max(0, price - taxi)]) : [0, amount]
  return fare + portion(rest, basisPoints)
}

interface Held {
  status: BookingStatus
  ref: string
  model_id: string
  currency: string
  price_lines: PriceLine[]
  share: number
  held: number
  going_back: number
  earned_before: number
}

/**
 * Moves what is held for a booking that is over to where it belongs: to revenue and the model's account when something
 * is held, against revenue when more went back than was held. What is on its way back, or waits for a second person's word,
 * stays held. Safe to run again and at once: it works on what is held now, under the booking's lock.
 */
export async function earnBooking(tx: Tx, bookingId: string): Promise<void> {
  tx.send(sql`select 1 from bookings where id = ${bookingId}::uuid for no key update`)
  // A second statement: it sees what was posted while the first one waited.
  const [row] = await tx.run(sql<Held>`
    select b.status, b.ref, b.model_id, b.currency, b.price_lines,
      coalesce((select s.basis_points from payout_shares s where s.model_id = b.model_id),
        (select (value #>> '{}')::int from settings where key = 'model_share_basis_points'), 0) as share,
      coalesce((select -sum(e.amount) from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
        where t.booking_id = b.id and t.currency = b.currency and e.account = 'client_deposits'), 0)::float8 as held,
      coalesce((select sum(p.amount) from payments p where p.booking_id = b.id and p.type = 'refund'
        and p.status in ('pending', 'requires_action')), 0)::float8
      + coalesce((select sum(r.amount) from refund_requests r where r.booking_id = b.id and r.outcome is null), 0)::float8 as going_back,
      (select count(*) from ledger_transactions t where t.booking_id = b.id and t.kind = 'earned') as earned_before
    from bookings b where b.id = ${bookingId}::uuid`)
  if (!row || !EARNING.includes(row.status)) return
  const amount = row.held < 0 ? row.held : Math.max(0, row.held - row.going_back)
  if (amount === 0) return
  const hers = amount > 0 ? modelPart(amount, row.share, row.price_lines, row.status === 'completed') : 0
  postLedger(tx, {
    key: `booking:${bookingId}:earned:${row.earned_before + 1}`,
    kind: 'earned',
    currency: row.currency,
    bookingId,
    modelId: row.model_id,
    shareBasisPoints: amount > 0 ? row.share : null,
    entries: [
      { account: 'client_deposits', amount },
      { account: amount > 0 ? 'revenue' : 'refunds', amount: -amount },
      { account: 'model_costs', amount: hers },
      { account: 'model_payable', amount: -hers },
    ],
  })
}
