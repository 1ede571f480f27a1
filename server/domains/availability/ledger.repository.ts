import { type RawBuilder, sql } from 'kysely'
import type { BlockKind } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'

/** A stretch of a model's time with its margins, as it would stand in the ledger. */
export interface TimeWanted {
  modelId: string
  startsAt: Date
  endsAt: Date
  minutesBefore: number
  minutesAfter: number
}

/** The active block that is in the way. */
export interface Overlap {
  from: Date
  to: Date
  kind: BlockKind
  bookingId: string | null
  expiresAt: Date | null
}

/**
 * SQL for the first active block over [from, to), as a jsonb object or null. Bounded on both sides so that the
 * btree on (model_id, block_from) answers it.
 */
export function overlapProbe(
  modelId: RawBuilder<string>,
  from: RawBuilder<Date>,
  to: RawBuilder<Date>,
  except: RawBuilder<string | null>,
) {
  return sql<OverlapJson | null>`(select jsonb_build_object('from', t.block_from, 'to', t.block_to, 'kind', t.kind,
      'bookingId', t.booking_id, 'expiresAt', t.expires_at)
    from time_blocks t
    where t.model_id = ${modelId} and t.active and t.block_from < ${to} and t.block_from > ${from} - interval '16 days'
      and t.block_to > ${from} and t.booking_id is distinct from ${except}
    order by t.block_from limit 1)`
}

export interface OverlapJson {
  from: string
  to: string
  kind: BlockKind
  bookingId: string | null
  expiresAt: string | null
}

export function overlapOf(json: OverlapJson | null | undefined): Overlap | null {
  if (!json) return null
  return {
    from: new Date(json.from),
    to: new Date(json.to),
    kind: json.kind,
    bookingId: json.bookingId,
    expiresAt: json.expiresAt ? new Date(json.expiresAt) : null,
  }
}

function margins(wanted: TimeWanted): { from: Date; to: Date } {
  return {
    from: new Date(wanted.startsAt.getTime() - wanted.minutesBefore * 60_000),
    to: new Date(wanted.endsAt.getTime() + wanted.minutesAfter * 60_000),
  }
}

/** Looks without locking: enough to turn a loser away at once. */
export async function probeTime(tx: Tx, wanted: TimeWanted, exceptBookingId: string | null): Promise<Overlap | null> {
  const { from, to } = margins(wanted)
  const [row] = await tx.run(
    sql<{
      overlap: OverlapJson | null
    }>`select ${overlapProbe(sql`${wanted.modelId}::uuid`, sql`${from}::timestamptz`, sql`${to}::timestamptz`, sql`${exceptBookingId}::uuid`)} as overlap`,
  )
  return overlapOf(row?.overlap)
}

/**
 * Locks the model's row, then looks: two statements, so the look sees whatever the wait was for (one statement would
 * look with a snapshot older than its wait), sent together. NO KEY UPDATE lets foreign keys to the model pass.
 */
export async function lockAndProbe(tx: Tx, wanted: TimeWanted, exceptBookingId: string | null): Promise<Overlap | null> {
  if (tx.ctx.faults?.skipModelLock !== true) {
    tx.send(sql`select 1 from models where id = ${wanted.modelId}::uuid for no key update`)
  }
  const overlap = await probeTime(tx, wanted, exceptBookingId)
  await tx.ctx.faults?.beforeTakingTime?.()
  return overlap
}

export interface NewBlock extends TimeWanted {
  kind: BlockKind
  bookingId: string | null
  expiresAt: Date | null
}

/** Takes the time. Only after lockAndProbe found it free; the exclusion constraint has the last word. */
export function insertBlock(tx: Tx, block: NewBlock): string {
  const id = tx.ctx.ids.next()
  tx.send(
    tx.db.insertInto('time_blocks').values({
      id,
      model_id: block.modelId,
      kind: block.kind,
      booking_id: block.bookingId,
      starts_at: block.startsAt,
      ends_at: block.endsAt,
      minutes_before: block.minutesBefore,
      minutes_after: block.minutesAfter,
      expires_at: block.expiresAt,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  return id
}

/** A hold that was paid becomes a booking: same time, no deadline. */
export function keepBlock(tx: Tx, bookingId: string): void {
  tx.send(
    tx.db
      .updateTable('time_blocks')
      .set({ kind: 'booking', expires_at: null, updated_at: tx.now })
      .where('booking_id', '=', bookingId)
      .where('active', '=', true),
  )
}

/** Gives the time back. */
export function releaseBlock(tx: Tx, bookingId: string): void {
  tx.send(
    tx.db
      .updateTable('time_blocks')
      .set({ active: false, updated_at: tx.now })
      .where('booking_id', '=', bookingId)
      .where('active', '=', true),
  )
}
