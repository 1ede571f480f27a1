import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { auditCounts } from '#server/domains/action-center/index.ts'
import { transact } from '#server/transact.ts'
import { CONSUMERS } from '#workers/catalogue.ts'
import type { Handler } from '#workers/task.ts'

const BATCH = 5_000
const HOUR_MS = 3_600_000

/** What nobody needs any more, and after how long. API: idempotency keys are kept 72 h; the feed resumes for 29 days. */
const KEPT_HOURS = {
  idempotencyKeys: 72,
  events: 30 * 24,
  workers: 7 * 24,
  undo: 24,
  presence: 1,
  links: 30 * 24,
  signIns: 400 * 24,
  devices: 180 * 24,
} as const

/**
 * Removes what has had its time, in small statements that never hold a lock for long. An event that was consumed is
 * kept: it is the "why" of the rows that carry its id as their cause.
 */
export const recordsCleanUp: Handler<'records-clean-up'> = async (ctx, _payload, { signal }) => {
  const now = ctx.clock.now()
  const before = (hours: number) => new Date(now.getTime() - hours * HOUR_MS)
  const removals = {
    idempotencyKeys: sql`delete from idempotency_keys where (scope, key) in (
      select scope, key from idempotency_keys where created_at < ${before(KEPT_HOURS.idempotencyKeys)} limit ${BATCH})`,
    exports: sql`delete from export_files where id in (select id from export_files where expires_at < ${now} limit ${BATCH})`,
    sessions: sql`delete from sessions where id in (select id from sessions where expires_at < ${now} limit ${BATCH})`,
    signInTries: sql`delete from sign_in_tries where key in (
      select key from sign_in_tries where expires_at < ${now} limit ${BATCH})`,
    signIns: sql`delete from sign_ins where id in (
      select id from sign_ins where at < ${before(KEPT_HOURS.signIns)} limit ${BATCH})`,
    devices: sql`delete from known_devices where id in (
      select id from known_devices where last_seen_at < ${before(KEPT_HOURS.devices)} limit ${BATCH})`,
    rateLimits: sql`delete from rate_limits where key in (
      select key from rate_limits where expire < ${now.getTime()} limit ${BATCH})`,
    requestCounters: sql`delete from request_counters where key in (
      select key from request_counters where window_start < ${before(1)} limit ${BATCH})`,
    messages: sql`delete from outgoing_messages where id in (
      select id from outgoing_messages where expires_at < ${before(KEPT_HOURS.links)} limit ${BATCH})`,
    passwordResets: sql`delete from password_resets where id in (
      select id from password_resets where expires_at < ${before(KEPT_HOURS.links)} limit ${BATCH})`,
    passkeyChallenges: sql`delete from passkey_challenges where id in (
      select id from passkey_challenges where expires_at < ${now} limit ${BATCH})`,
    undo: sql`delete from undo_entries where id in (
      select id from undo_entries where expires_at < ${before(KEPT_HOURS.undo)} limit ${BATCH})`,
    presence: sql`delete from presence where (kind, item_id, user_id) in (
      select kind, item_id, user_id from presence where seen_at < ${before(KEPT_HOURS.presence)} limit ${BATCH})`,
    workers: sql`delete from worker_processes where id in (
      select id from worker_processes where stopped_at < ${before(KEPT_HOURS.workers)} limit ${BATCH})`,
  }
  await transact(ctx, auditCounts)
  const removed: Record<string, number> = { events: await removeEvents(ctx, before(KEPT_HOURS.events), signal) }
  for (const [what, removal] of Object.entries(removals)) removed[what] = await inBatches(ctx, removal, signal)
  if (Object.values(removed).some((count) => count > 0)) ctx.log.info(removed, 'cleaned up')
}

async function inBatches(ctx: Ctx, removal: RawBuilder<unknown>, signal: AbortSignal): Promise<number> {
  let total = 0
  for (let full = true; full && !signal.aborted; ) {
    const { numAffectedRows = 0n } = await removal.execute(ctx.db)
    total += Number(numAffectedRows)
    full = Number(numAffectedRows) === BATCH
  }
  return total
}

/** Walks the oldest events by seq, so that each statement reads a bounded number of rows however many are kept. */
async function removeEvents(ctx: Ctx, horizon: Date, signal: AbortSignal): Promise<number> {
  const consumers = Object.keys(CONSUMERS)
  let total = 0
  let after = 0
  while (!signal.aborted) {
    const { rows } = await sql<{ last: number | null; all_old: boolean | null; removed: number }>`
      with page as materialized (
        select id, seq, relayed_at < ${horizon} as old from domain_events where seq > ${after} order by seq limit ${BATCH}
      ), gone as (
        delete from domain_events e using page p where e.id = p.id and p.old
          and not exists (select 1 from consumed_events c where c.event_id = e.id)
          and not exists (select 1 from unnest(${consumers}::text[]) as consumer
            join graphile_worker.jobs j on j.key = 'event:' || consumer || ':' || e.id)
        returning 1
      )
      select max(seq) as last, bool_and(old) as all_old, (select count(*) from gone) as removed from page`.execute(ctx.db)
    const page = rows[0]
    total += page?.removed ?? 0
    if (!page?.last || !page.all_old) return total
    after = page.last
  }
  return total
}
