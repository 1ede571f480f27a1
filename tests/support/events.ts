import { setTimeout as wait } from 'node:timers/promises'
import pino from 'pino'
import type { Database } from '#db/client.ts'
import type { Timer } from '#db/tables/index.ts'
import { idsFrom } from '#server/context.ts'
import { relayOnce } from '#server/outbox/relay.ts'

export const silent = pino({ level: 'silent' })
const ids = idsFrom({ now: () => new Date() })

export interface EventSeed {
  type?: string
  entityType?: string
  entityId?: string
  payload?: Record<string, unknown>
  timers?: Timer[]
  assigneeId?: string | null
  previousAssigneeId?: string | null
  depth?: number
}

/** Writes an outbox row as an operation's transaction would; answers its id. */
export async function writeEvent({ db }: Database, seed: EventSeed = {}): Promise<string> {
  const id = ids.next()
  await db
    .insertInto('domain_events')
    .values({
      id,
      type: seed.type ?? 'inquiry.created',
      entity_type: seed.entityType ?? seed.type?.split('.')[0] ?? 'inquiry',
      entity_id: seed.entityId ?? ids.next(),
      payload: JSON.stringify(seed.payload ?? {}),
      timers: seed.timers ? JSON.stringify(seed.timers) : null,
      assignee_id: seed.assigneeId ?? null,
      previous_assignee_id: seed.previousAssigneeId ?? null,
      depth: seed.depth ?? 0,
      occurred_at: new Date(),
    })
    .execute()
  return id
}

/** Relays until nothing is left. */
export async function relayAll(database: Database, batch = 500): Promise<number> {
  let total = 0
  for (;;) {
    const { count } = await relayOnce({ pool: database.pool, log: silent }, { batch })
    if (count === 0) return total
    total += count
  }
}

/** Waits for a condition, looking 20 times a second; fails with its name. */
export async function until(name: string, met: () => Promise<boolean> | boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs
  while (!(await met())) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${name}`)
    await wait(50)
  }
}
