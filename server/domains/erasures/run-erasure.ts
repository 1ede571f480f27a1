import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { type Tx, transact } from '#server/transact.ts'
import type { Erased } from './erased.ts'
import { STEPS, type Step } from './erasure-steps.ts'
import { type Identifiers, patternOf } from './identifiers.ts'

interface Running {
  id: string
  client_id: string
  ref: string
  state: 'running' | 'done'
  steps_done: string[]
  identifiers: string | null
  requested_by: string | null
}

/** Locks the erasure, waiting for another job that may be at it. */
async function lockErasure(tx: Tx, clientId: string): Promise<Running | undefined> {
  tx.send(sql`set local lock_timeout = '60s'`)
  const [row] = await tx.run(
    sql<Running>`select e.id, e.client_id, c.ref, e.state, e.steps_done, e.identifiers, e.requested_by
      from client_erasures e join clients c on c.id = e.client_id where e.client_id = ${clientId}::uuid for update of e`,
  )
  return row
}

/** The client and everything merged into it, however often. */
export async function withMerged(tx: Tx, clientId: string): Promise<string[]> {
  const rows = await tx.run(sql<{ id: string }>`
    with recursive them as (
      select ${clientId}::uuid as id
      union
      select c.id from clients c join them on c.merged_into_id = them.id
    ) select id from them order by id`)
  return rows.map((row) => row.id)
}

async function erasedOf(tx: Tx, row: Running): Promise<Erased> {
  const place = { table: 'client_erasures', column: 'identifiers', row: row.id }
  const known: Identifiers = row.identifiers
    ? JSON.parse(tx.ctx.secrets.open(place, row.identifiers))
    : { names: [], emails: [], phones: [] }
  return {
    clientId: row.client_id,
    ref: row.ref,
    clientIds: await withMerged(tx, row.client_id),
    pattern: patternOf(known),
    names: known.names,
    requestedBy: row.requested_by,
  }
}

/**
 * Carries an erasure to its end: each step in its own transaction, which also remembers that it is done. Killed midway or
 * run twice at once the end is the same. Stops between two steps when the signal says so.
 */
export async function runErasure(ctx: Ctx, clientId: string, signal?: AbortSignal): Promise<void> {
  for (const step of STEPS) {
    signal?.throwIfAborted()
    await transact(ctx, (tx) => takeStep(tx, clientId, step))
  }
  await transact(ctx, (tx) => finish(tx, clientId))
}

async function takeStep(tx: Tx, clientId: string, step: Step): Promise<void> {
  const row = await lockErasure(tx, clientId)
  if (!row || row.state === 'done' || row.steps_done.includes(step.code)) return
  const count = await step.run(tx, await erasedOf(tx, row))
  tx.send(sql`update client_erasures set steps_done = steps_done || ${step.code}::text,
    counts = counts || jsonb_build_object(${step.code}::text, ${count}::int), updated_at = ${tx.now} where id = ${row.id}::uuid`)
}

async function finish(tx: Tx, clientId: string): Promise<void> {
  const row = await lockErasure(tx, clientId)
  if (!row || row.state === 'done') return
  tx.send(
    tx.db
      .updateTable('client_erasures')
      .set({ state: 'done', identifiers: null, finished_at: tx.now, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.event({ type: 'client.erasure_finished', entityType: 'client', entityId: clientId, entityRef: row.ref })
}
