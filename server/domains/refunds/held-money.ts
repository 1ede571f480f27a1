import { sql } from 'kysely'
import type { Db } from '#db/client.ts'

/** A payment of a booking of which something can be given back. */
export interface Givable {
  id: string
  provider: 'manual' | 'stripe'
  /** Minor units not given back and not on their way. */
  left: number
}

/** What of a booking's money can be given back, minor units, and from which payments; online ones first, newest first. */
export interface HeldMoney {
  /** Received, less what was given back or is on its way; what is fought over in a dispute is not in it. */
  held: number
  payments: Givable[]
}

/** Money the agency holds for a booking now: what every preview, cancellation and refund starts from. */
export async function heldMoney(db: Db, bookingId: string): Promise<HeldMoney> {
  const { rows } = await sql<Givable & { held: number }>`
    with p as (select * from payments where booking_id = ${bookingId}::uuid),
      back as (select refund_of, sum(amount) as amount from p
        where type = 'refund' and status in ('pending', 'requires_action', 'succeeded') group by refund_of)
    select p.id, p.provider, greatest(0, p.amount - coalesce(b.amount, 0))::float8 as left,
      ((select coalesce(sum(amount), 0) from p where type <> 'refund' and status in ('succeeded', 'partly_refunded', 'refunded'))
        - (select coalesce(sum(r.amount), 0) from p r where r.type = 'refund' and r.status in ('pending', 'requires_action', 'succeeded')
            and not exists (select 1 from p o where o.id = r.refund_of and o.status = 'disputed')))::float8 as held
    from p left join back b on b.refund_of = p.id
    where p.type <> 'refund' and p.status in ('succeeded', 'partly_refunded')
    order by p.provider = 'manual', p.created_at desc, p.id desc`.execute(db)
  return {
    held: Math.max(0, rows[0]?.held ?? 0),
    payments: rows.map(({ id, provider, left }) => ({ id, provider, left })),
  }
}

/** Takes an amount from payments in their order. What they don't have is `missing`. */
export function takeFrom(
  payments: readonly Givable[],
  amount: number,
): { parts: (Givable & { amount: number })[]; missing: number } {
  let missing = amount
  const parts = payments.flatMap((payment) => {
    const part = Math.min(missing, payment.left)
    missing -= part
    return part > 0 ? [{ ...payment, amount: part }] : []
  })
  return { parts, missing }
}
