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
  // Sent together; each is a statement of its own, so the second sees what the holder of the lock before us committed.
  tx.send(sql`
    select pg_advisory_xact_lock(hashtextextended(${consumer} || ':' || entity_id, 0)) from domain_events where id = ${eventId}`)
  const waiting = await tx.run(sql<EventRow & { given_up: boolean }>`
    select e.id, e.position, e.type, e.entity_type, e.entity_id, e.entity_ref, e.payload, e.depth, e.occurred_at,
      coalesce((select j.attempts >= j.max_attempts and j.locked_at is null from graphile_worker.jobs j
                where j.key = ${eventJobKey(consumer, '')} || e.id), false) as given_up
    from domain_events this
    join domain_events e on e.entity_type = this.entity_type and e.entity_id = this.entity_id and e.position <= this.position
    where this.id = ${eventId} and e.type = any(${[...CONSUMERS[consumer]]})
      and not exists (select 1 from consumed_events c where c.consumer = ${consumer} and c.event_id = e.id)
    order by e.position`)
  const due = waiting.filter((event) => event.id === eventId || !event.given_up)
  for (const event of due) {
    // Not "on conflict do nothing": under the lock nobody else can have marked it, and if someone did, all of this must fail.
    tx.send(tx.db.insertInto('consumed_events').values({ consumer, event_id: event.id, consumed_at: tx.now }))
    await handle(event)
  }
  return due.length
}
