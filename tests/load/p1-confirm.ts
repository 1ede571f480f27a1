import { sql } from 'kysely'
import pg from 'pg'
import { createConfirmedBooking } from '#server/domains/bookings/index.ts'
import { transact } from '#server/transact.ts'
import { type Contest, closedLoop } from './measure.ts'
import { insertRawBooking } from './raw-booking.ts'
import type { Stage } from './stage.ts'

export const P1_REASON = 'bench P1'
const AT_ONCE = 8

/** Make and confirm a booking by the operation, in process. */
export function confirmInProcess(stage: Stage, ms: number): Contest {
  const plain = new pg.Pool({ connectionString: stage.url, max: AT_ONCE })
  const ids = stage.ctx().ids
  let made = 0
  const product = async () => {
    const { modelId, location, start, end } = stage.freeHour()
    await transact(stage.ctx(), (tx) =>
      createConfirmedBooking(tx, {
        clientId: stage.clientId,
        modelId,
        location,
        start,
        end,
        callType: 'incall',
        services: [],
        waiver: { reason: P1_REASON },
      }),
    )
    made += 1
  }
  const floor = () =>
    insertRawBooking(plain, ids, { ...stage.freeHour(), clientId: stage.clientId, actorId: stage.owner.id ?? '' })
  return {
    id: 'P1',
    what: `create and confirm in process, ${AT_ONCE} at once`,
    floor: () => closedLoop(AT_ONCE, ms, floor),
    product: () => closedLoop(AT_ONCE, ms, product),
    bars: [
      { kind: 'rate', atLeast: 0.4 },
      { kind: 'p99 ms', atMost: 15 },
    ],
    oracle: () => countConfirmed(stage, P1_REASON, made),
    close: () => plain.end(),
  }
}

/** Every booking that was answered stands confirmed, with its block, its three steps in timeline, audit and outbox, and no deadlock. */
export async function countConfirmed({ database }: Stage, reason: string, expected: number): Promise<string | undefined> {
  const { rows } = await sql<{ bookings: number; whole: number; deadlocks: number }>`
    with made as (select id, status from bookings where waiver_reason = ${reason})
    select (select count(*)::int from made) as bookings,
      (select count(*)::int from made b where b.status = 'confirmed'
        and exists (select 1 from time_blocks t where t.booking_id = b.id and t.active)
        and (select count(*) from booking_timeline t where t.booking_id = b.id) = 3
        and (select count(*) from audit_log a where a.entity_type = 'booking' and a.entity_id = b.id) = 3
        and (select count(*) from domain_events e where e.entity_type = 'booking' and e.entity_id = b.id) = 3) as whole,
      (select deadlocks::int from pg_stat_database where datname = current_database()) as deadlocks`.execute(database.db)
  const [found] = rows
  if (found?.bookings !== expected || found.whole !== expected) {
    return `${expected} were answered, ${found?.bookings} are there, ${found?.whole} of them whole`
  }
  return found.deadlocks > 0 ? `${found.deadlocks} deadlocks` : undefined
}
