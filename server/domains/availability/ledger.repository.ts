import { type RawBuilder, sql, type Updateable } from 'kysely'
import type { BlockKind, TimeBlocksTable } from '#db/tables/index.ts'
import type { Tx } from '#server/transact.ts'

/** A stretch of a model's time with its margins, as it would stand in the ledger. */
export interface TimeWanted {
  modelId: string
  startsAt: Date
  endsAt: Date
  minutesBefore: number
  minutesAfter: number
}

/** What may lie there already: the booking or hold that asks. A hold and its block have one id. */
export interface Own {
  bookingId: string | null
  holdId: string | null
}

/** The active block that is in the way. */
export interface Overlap {
  id: string
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
  own: { bookingId: RawBuilder<string | null>; holdId?: RawBuilder<string | null> },
) {
  // What belongs to no booking is nobody's own, also when no booking asks: null is not distinct from null.
  const ofOthers = sql`not coalesce(t.booking_id = ${own.bookingId}, false)`
  const notOwn = own.holdId ? sql`${ofOthers} and t.id is distinct from ${own.holdId}` : ofOthers
  return sql<OverlapJson | null>`(select jsonb_build_object('id', t.id, 'from', t.block_from, 'to', t.block_to, 'kind', t.kind,
      'bookingId', t.booking_id, 'expiresAt', t.expires_at)
    from time_blocks t
    where t.model_id = ${modelId} and t.active and t.block_from < ${to} and t.block_from > ${from} - interval '16 days'
      and t.block_to > ${from} and ${notOwn}
    order by t.block_from limit 1)`
}

export interface OverlapJson {
  id: string
  from: string
  to: string
  kind: BlockKind
  bookingId: string | null
  expiresAt: string | null
}

export function overlapOf(json: OverlapJson | null | undefined): Overlap | null {
  if (!json) return null
  return {
    id: json.id,
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

/** A hold whose deadline has passed; it goes as soon as someone wants its time. */
export function hasLapsed(overlap: Overlap, now: Date): boolean {
  return overlap.kind === 'hold' && overlap.expiresAt !== null && overlap.expiresAt <= now
}

/** Looks without locking: enough to turn a loser away at once. */
export async function probeTime(tx: Tx, wanted: TimeWanted, own: Own): Promise<Overlap | null> {
  const { from, to } = margins(wanted)
  const [row] = await tx.run(
    sql<{ overlap: OverlapJson | null }>`select ${overlapProbe(
      sql`${wanted.modelId}::uuid`,
      sql`${from}::timestamptz`,
      sql`${to}::timestamptz`,
      { bookingId: sql`${own.bookingId}::uuid`, holdId: sql`${own.holdId}::uuid` },
    )} as overlap`,
  )
  return overlapOf(row?.overlap)
}

/**
 * Locks the models' rows, in the order of their ids. NO KEY UPDATE lets foreign keys to them pass. Not waited for:
 * what is asked next on this transaction sees whatever the wait was for, because it is a statement of its own.
 */
export function lockModels(tx: Tx, modelIds: readonly string[]): void {
  if (tx.ctx.faults?.skipModelLock === true) return
  for (const id of [...new Set(modelIds)].sort()) tx.send(sql`select 1 from models where id = ${id}::uuid for no key update`)
}

export interface NewBlock extends TimeWanted {
  /** That of the hold it belongs to; a new one by default. */
  id?: string
  kind: BlockKind
  bookingId?: string | null
  locationId?: string | null
  travelBefore?: number
  travelAfter?: number
  expiresAt?: Date | null
  reason?: string | null
}

function timeColumns(block: TimeWanted & Pick<NewBlock, 'locationId' | 'travelBefore' | 'travelAfter'>) {
  return {
    model_id: block.modelId,
    starts_at: block.startsAt,
    ends_at: block.endsAt,
    minutes_before: block.minutesBefore,
    minutes_after: block.minutesAfter,
    location_id: block.locationId ?? null,
    travel_before: block.travelBefore ?? 0,
    travel_after: block.travelAfter ?? 0,
  }
}

/** Takes the time. Only after it was found free under the lock; the exclusion constraint has the last word. */
export function insertBlock(tx: Tx, block: NewBlock): string {
  const id = block.id ?? tx.ctx.ids.next()
  tx.send(
    tx.db.insertInto('time_blocks').values({
      id,
      ...timeColumns(block),
      kind: block.kind,
      booking_id: block.bookingId ?? null,
      expires_at: block.expiresAt ?? null,
      reason: block.reason ?? null,
      created_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  return id
}

/** Whose active block it is: at most one each. */
export type Holder = { bookingId: string } | { blockId: string }

function changeBlock(tx: Tx, holder: Holder, columns: Updateable<TimeBlocksTable>): void {
  const update = tx.db
    .updateTable('time_blocks')
    .set({ ...columns, updated_at: tx.now })
    .where('active', '=', true)
  if ('bookingId' in holder) tx.send(update.where('booking_id', '=', holder.bookingId))
  else tx.send(update.where('id', '=', holder.blockId))
}

/** The booking's own block becomes what its status asks for: a hold with a deadline, or sold for good. Same time. */
export function keepBlock(tx: Tx, bookingId: string, kind: 'hold' | 'booking' = 'booking', expiresAt: Date | null = null): void {
  changeBlock(tx, { bookingId }, { kind, expires_at: expiresAt })
}

/** What was held without a booking is this booking's from now on; the deadline stays until the booking takes it over. */
export function giveBlock(tx: Tx, holdId: string, bookingId: string): void {
  changeBlock(tx, { blockId: holdId }, { booking_id: bookingId })
}

/** In one statement: the old time is free when the new one is taken, and at no moment between. */
export function moveBlock(
  tx: Tx,
  holder: Holder,
  to: TimeWanted & Pick<NewBlock, 'locationId' | 'travelBefore' | 'travelAfter'>,
): void {
  changeBlock(tx, holder, timeColumns(to))
}

/** Its end comes earlier; what it leaves is free. */
export function shortenBlock(tx: Tx, holder: Holder, endsAt: Date): void {
  changeBlock(tx, holder, { ends_at: endsAt })
}

export function setDeadline(tx: Tx, holder: Holder, expiresAt: Date): void {
  changeBlock(tx, holder, { expires_at: expiresAt })
}

/** Gives the time back. */
export function releaseBlock(tx: Tx, holder: Holder): void {
  changeBlock(tx, holder, { active: false })
}
