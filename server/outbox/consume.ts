import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import { CONSUMERS, type ConsumerName, eventJobKey } from '#workers/catalogue.ts'
import type { EventRow } from './catalogue.ts'

/**
 * True the first time this consumer sees this event. The mark is written by the effect's own transaction, so a job
 * that runs again, for whatever reason, finds either both or neither.
 */
export async function consumeOnce(tx: Tx, consumer: string, eventId: string): Promise<boolean> {
  const marked = await tx.run(
    tx.db
      .insertInto('consumed_events')
      .values({ consumer, event_id: eventId, consumed_at: tx.now })
      .onConflict((oc) => oc.columns(['consumer', 'event_id']).doNothing())
      .returning('event_id'),
  )
  return marked.length === 1
}

/**
 * Brings an event to its consumer after all earlier ones of the same entity: what the consumer has not seen yet is
 * handled first, in this transaction, under a lock of (consumer, entity). So the order of an entity holds however the
 * queue runs its jobs, and unrelated entities never wait for each other. An earlier event whose own job has run out
 * of tries (it is an exception by then) is stepped over. Returns how many events were handled.
 */
export async function consumeInOrder(
  tx: Tx,
  consumer: ConsumerName,
  eventId: string,
  handle: (event: EventRow) => Promise<void>,
): Promise<number> {
  const [event] = await tx.run(
    tx.db.selectFrom('domain_events').select(['entity_type', 'entity_id', 'position']).where('id', '=', eventId),
  )
  if (!event) {
    tx.ctx.log.warn({ eventId, consumer }, 'the event is no longer kept; nothing to do')
    return 0
  }
  // Two statements in one round trip: the second sees what the holder of the lock before us has committed.
  tx.send(sql`select pg_advisory_xact_lock(hashtextextended(${`${consumer}:${event.entity_id}`}, 0))`)
  const waiting = await tx.run(sql<EventRow & { given_up: boolean }>`
    select e.id, e.position, e.type, e.entity_type, e.entity_id, e.entity_ref, e.payload, e.depth, e.occurred_at,
      coalesce((select j.attempts >= j.max_attempts and j.locked_at is null from graphile_worker.jobs j
                where j.key = ${eventJobKey(consumer, '')} || e.id), false) as given_up
    from domain_events e
    where e.entity_type = ${event.entity_type} and e.entity_id = ${event.entity_id} and e.position <= ${event.position}
      and e.type = any(${[...CONSUMERS[consumer]]})
      and not exists (select 1 from consumed_events c where c.consumer = ${consumer} and c.event_id = e.id)
    order by e.position`)
  let handled = 0
  for (const earlier of waiting) {
    if (earlier.given_up && earlier.id !== eventId) continue
    if (!(await consumeOnce(tx, consumer, earlier.id))) continue
    await handle(earlier)
    handled += 1
  }
  return handled
}
