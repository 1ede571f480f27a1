import { sql } from 'kysely'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

/** What one person's decisions have come to for a booking, those a second one approved taken off. Minor units. */
async function decidedAlone(tx: Tx, bookingId: string): Promise<{ alone: number; limit: number }> {
  const [row] = await tx.run(sql<{ alone: number; limit: number }>`
    select (coalesce((select sum(amount) from payments where booking_id = ${bookingId}::uuid and type = 'refund'
        and status in ('pending', 'requires_action', 'succeeded')
        and (refund_kind in ('full', 'partial') or (refund_kind is null and provider = 'manual'))), 0)
      - coalesce((select sum(amount) from refund_requests where booking_id = ${bookingId}::uuid and outcome = 'approved'), 0))::float8 as alone,
      coalesce((select (value #>> '{}')::bigint from settings where key = 'refund_second_person_minor'), 0)::float8 as "limit"`)
  return row ?? { alone: 0, limit: 0 }
}

/** Whether this much more may be decided by one person. Small steps add up: all of a booking counts. */
export async function needsSecondPerson(tx: Tx, bookingId: string, amount: number): Promise<boolean> {
  const { alone, limit } = await decidedAlone(tx, bookingId)
  return (tx.ctx.faults?.decideApart ? 0 : Math.max(0, alone)) + amount > limit
}

/** For refunds that can't wait for anybody. Throws `conflict` when it is more than one person may decide. */
export async function requireOnePerson(tx: Tx, bookingId: string, amount: number): Promise<void> {
  if (await needsSecondPerson(tx, bookingId, amount))
    throw new AppError('conflict', 'That much needs a second person. Ask for the refund on the page of the payment.')
}
