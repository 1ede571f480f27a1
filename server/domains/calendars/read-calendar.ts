import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { type Tx, transact } from '#server/transact.ts'
import { type Fetched, fetchCalendar } from './fetch-calendar.ts'
import { tellOfCalendar } from './lock-model.ts'
import { addressPlace } from './places.ts'
import { keepBusyTimes, keepUnknownTime } from './sync-slots.ts'

interface Target {
  id: string
  model_id: string
  public_code: string
  sealed_address: string
  zone: string
}

const DAY_MS = 86_400_000
/** As far ahead as hours are written into the calendar. */
const AHEAD_DAYS = 93
/** It was sealed with a key that is gone. */
const UNOPENED = 'Its address can not be opened any more. Give it again.'
const AGAIN_MS = 15 * 60_000
const SLOWEST_MS = 2 * 3_600_000

/**
 * Reads one calendar that is kept elsewhere: asks outside of any transaction, then writes what it says. What can not be read
 * is stale from then on: its last word still holds, the rest of her time is tentative, neither free nor full.
 */
export async function readCalendar(ctx: Ctx, calendarId: string): Promise<void> {
  const [target] = await transact(ctx, (tx) =>
    tx.run(sql<Target>`
      select c.id, c.model_id, m.public_code, c.sealed_address, l.zone from external_calendars c
      join models m on m.id = c.model_id join locations l on l.id = m.primary_location_id
      where c.id = ${calendarId}::uuid and m.deleted_at is null`),
  )
  if (!target) return
  const started = ctx.clock.now()
  const today = Math.floor(started.getTime() / DAY_MS) * DAY_MS
  // Whole days: the same calendar is the same slots for a day.
  const reading = { zone: target.zone, from: today - DAY_MS, to: today + AHEAD_DAYS * DAY_MS }
  const address = addressOf(ctx, target)
  const fetched = address === null ? { problem: UNOPENED } : await fetchCalendar(ctx, address, reading)
  await transact(ctx, (tx) => settle(tx, target, fetched, started, reading))
}

function addressOf(ctx: Ctx, target: Target): string | null {
  try {
    return ctx.secrets.open(addressPlace(target.id), target.sealed_address)
  } catch (error) {
    ctx.log.error({ err: error, calendarId: target.id }, 'the address of a calendar can not be opened')
    return null
  }
}

/** Writes what was found, unless the calendar is gone, has another address, or was read by someone who began later. */
async function settle(
  tx: Tx,
  target: Target,
  fetched: Fetched,
  started: Date,
  reading: { from: number; to: number },
): Promise<void> {
  // Her row first, as everything that changes her time.
  tx.send(sql`select 1 from models where id = ${target.model_id}::uuid for no key update`)
  const [row] = await tx.run(tx.db.selectFrom('external_calendars').selectAll().where('id', '=', target.id).forUpdate())
  if (!row || row.sealed_address !== target.sealed_address || (row.tried_at !== null && row.tried_at > started)) return
  const stale = 'problem' in fetched
  const moved = stale ? await keepUnknownTime(tx, row, reading) : await keepBusyTimes(tx, row, reading, fetched.busy.busy)
  const failures = stale ? row.failures + 1 : 0
  const wait = stale ? Math.min(AGAIN_MS * 2 ** Math.min(failures - 1, 10), SLOWEST_MS) : AGAIN_MS
  const state = stale ? ('stale' as const) : ('fresh' as const)
  tx.send(
    tx.db
      .updateTable('external_calendars')
      .set({
        state,
        stale_since: stale ? (row.stale_since ?? tx.now) : null,
        problem: stale ? fetched.problem.slice(0, 300) : null,
        tried_at: started,
        ...(stale ? {} : { read_at: started, busy_count: fetched.busy.busy.length }),
        failures,
        next_read_at: new Date(tx.now.getTime() + wait),
        version: row.version + 1,
        updated_at: tx.now,
      })
      .where('id', '=', row.id),
  )
  if (state === row.state && !moved) return
  tx.audit({
    action: stale ? 'external_calendar.stale' : 'external_calendar.read',
    entityType: 'external_calendar',
    entityId: row.id,
    entityRef: target.public_code,
    before: { state: row.state, problem: row.problem },
    after: { state, problem: stale ? fetched.problem : null },
  })
  tellOfCalendar(tx, { id: target.model_id, public_code: target.public_code })
}

/** Calendars whose time has come, the longest waiting first. */
export async function findDueCalendars(ctx: Ctx, most: number): Promise<string[]> {
  const rows = await ctx.db
    .selectFrom('external_calendars')
    .select('id')
    .where('next_read_at', '<=', ctx.clock.now())
    .orderBy('next_read_at')
    .limit(most)
    .execute()
  return rows.map((row) => row.id)
}
