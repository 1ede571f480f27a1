import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { loadTimeFacts } from '#server/domains/availability/index.ts'
import { type Tx, transact } from '#server/transact.ts'
import { bookingTimesOf, bookingWithoutSlot } from './find-bookings.ts'
import { staleCalendars } from './find-calendars.ts'
import { missingCover } from './find-cover.ts'
import { overlappingSlots, slotsOfSuspended } from './find-slots.ts'
import type { Found } from './found.ts'
import { type Cause, settleFound } from './settle-found.ts'

const DAY_MS = 86_400_000
/** As far ahead as hours are written into the calendar. */
const AHEAD_DAYS = 93
const BATCH = 40

/** Compares what is expected of these models' time with what is, and settles the difference. */
export async function checkModels(tx: Tx, modelIds: readonly string[], cause: Cause = null): Promise<void> {
  if (modelIds.length === 0) return
  lockChecks(tx, 'model', modelIds)
  const { now } = tx
  const window = { from: now, to: new Date(now.getTime() + AHEAD_DAYS * DAY_MS) }
  const facts = await loadTimeFacts(tx.db, modelIds, window)
  const found: Found[] = await staleCalendars(tx, modelIds)
  for (const one of facts.values()) found.push(...overlappingSlots(one, now), ...[slotsOfSuspended(one, now) ?? []].flat())
  for (const booking of await bookingTimesOf(tx, modelIds, window.from, window.to)) {
    const of = facts.get(booking.model_id)
    const wrong = of ? bookingWithoutSlot(of, booking, now) : null
    if (wrong) found.push(wrong)
  }
  await settleFound(tx, found, sql<boolean>`m.model_id = any(${modelIds}::uuid[])`, cause)
}

/** The same for who should be at these places. */
export async function checkCover(tx: Tx, locationIds: readonly string[], cause: Cause = null): Promise<void> {
  if (locationIds.length === 0) return
  lockChecks(tx, 'cover', locationIds)
  const found = await missingCover(tx, locationIds, tx.now)
  const scope = sql<boolean>`m.kind = 'missing_cover' and m.location_id = any(${locationIds}::uuid[])`
  await settleFound(tx, found, scope, cause)
}

/**
 * One check of the same thing at a time, in one order; the statement after it sees what the other one wrote. Whoever goes on
 * to change bookings takes it first: a check holds it while it points at them.
 */
export function lockChecks(tx: Tx, of: 'model' | 'cover', ids: readonly string[]): void {
  tx.send(sql`
    select pg_advisory_xact_lock(hashtextextended('mismatches:' || ${of} || ':' || id, 0))
    from (select unnest(${[...ids].sort()}::text[]) as id offset 0) ids`)
}

/** Everything, in portions that are transactions of their own: what no event told, and what time alone has changed. */
export async function sweepMismatches(ctx: Ctx, signal?: AbortSignal): Promise<void> {
  const { rows: models } = await sql<{ id: string }>`
    select id from models where deleted_at is null and (status <> 'inactive' or exists (
      select 1 from availability_mismatches m where m.model_id = models.id and m.resolved_at is null))
    union select model_id from availability_mismatches where resolved_at is null and model_id is not null
    order by id`.execute(ctx.db)
  for (let at = 0; at < models.length && !signal?.aborted; at += BATCH) {
    await transact(ctx, (tx) =>
      checkModels(
        tx,
        models.slice(at, at + BATCH).map(({ id }) => id),
      ),
    )
  }
  const { rows: places } = await sql<{ id: string }>`
    select location_id as id from cover_rules where deleted_at is null
    union select location_id from availability_mismatches where resolved_at is null and location_id is not null
    order by 1`.execute(ctx.db)
  for (const { id } of places) {
    if (signal?.aborted) return
    await transact(ctx, (tx) => checkCover(tx, [id]))
  }
}
