import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { BlockKind, BookingStatus, CallType } from '#db/tables/index.ts'
import { hashOf } from '#server/auth/sessions.ts'
import type { Ctx } from '#server/context.ts'
import { type FeedEntry, feedText } from './feed-text.ts'

export interface FeedAnswer {
  text: string
  /** Strong: the same text has the same one. */
  etag: string
}

interface FeedRow {
  model_id: string
  name: string
  busy_only: boolean
  last_read_at: Date | null
}
interface EntryRow {
  id: string
  kind: BlockKind
  active: boolean
  starts_at: Date
  ends_at: Date
  changed_at: Date
  ref: string | null
  status: BookingStatus | null
  version: number | null
  call_type: CallType | null
  place: string | null
  services: string[] | null
}

const DAY_MS = 86_400_000
/** How long what is over, or was cancelled, is still told. */
const PAST_DAYS = 30
const AHEAD_DAYS = 366
/** Who reads when is noted at most so often. */
const NOTED_MS = 5 * 60_000

/** The feed whose secret address ends in this token; undefined for every other text, and for a model who is gone. */
export async function readFeed(ctx: Ctx, token: string): Promise<FeedAnswer | undefined> {
  const feed = await ctx.db
    .selectFrom('calendar_feeds as f')
    .innerJoin('models as m', 'm.id', 'f.model_id')
    .select(['f.model_id', 'm.name', 'f.busy_only', 'f.last_read_at'])
    .where('f.token_hash', '=', hashOf(token))
    .where('m.deleted_at', 'is', null)
    .executeTakeFirst()
  if (!feed) return undefined
  const entries = await entriesOf(ctx, feed.model_id)
  await note(ctx, feed)
  const text = feedText({ name: `${feed.name} · Virel`, busyOnly: feed.busy_only, entries })
  return { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 32)}"` }
}

/**
 * What the ledger has of her time: one entry for each booking that holds or held it, and for time off. Nothing of a client is
 * in it: who has the address may be anyone. A booking that went to another model is cancelled for the first.
 */
async function entriesOf(ctx: Ctx, modelId: string): Promise<FeedEntry[]> {
  const now = ctx.clock.now()
  const past = new Date(now.getTime() - PAST_DAYS * DAY_MS)
  const ahead = new Date(now.getTime() + AHEAD_DAYS * DAY_MS)
  const { rows } = await sql<EntryRow>`
    select * from (
      select distinct on (coalesce(t.booking_id, t.id)) coalesce(t.booking_id, t.id) as id, t.kind, t.active, t.starts_at, t.ends_at,
        greatest(t.updated_at, case when b.model_id = t.model_id then b.updated_at end) as changed_at,
        b.ref, b.status, b.version, b.call_type, l.title as place,
        (select array_agg(s.name order by s.sort_order, s.name) from booking_services bs join services s on s.id = bs.service_id
          where bs.booking_id = b.id) as services
      from time_blocks t
      left join bookings b on b.id = t.booking_id and b.deleted_at is null
      left join locations l on l.id = b.location_id
      where t.model_id = ${modelId}::uuid and t.ends_at > ${past} and t.starts_at < ${ahead} and t.kind <> 'travel'
        and (t.active or t.updated_at > ${past})
      order by coalesce(t.booking_id, t.id), t.active desc, t.updated_at desc
    ) entries order by starts_at, id limit 5000`.execute(ctx.db)
  return rows.map(entryOf)
}

function entryOf(row: EntryRow): FeedEntry {
  const unpaid = row.kind === 'hold' || row.status === 'deposit_required'
  return {
    id: row.id,
    from: row.starts_at,
    to: row.ends_at,
    state: row.active ? (unpaid ? 'tentative' : 'confirmed') : 'cancelled',
    sequence: row.version ?? (row.active ? 0 : 1),
    changedAt: row.changed_at,
    summary: row.ref
      ? [row.ref, row.call_type, row.place].filter(Boolean).join(' · ')
      : { time_off: 'Time off', tour_duty: 'Tour', hold: 'Held', booking: 'Booked', travel: 'Travel' }[row.kind],
    place: row.place,
    description: row.services ? row.services.join(', ') : null,
  }
}

async function note(ctx: Ctx, feed: FeedRow): Promise<void> {
  const now = ctx.clock.now()
  if (feed.last_read_at && now.getTime() - feed.last_read_at.getTime() < NOTED_MS) return
  await ctx.db.updateTable('calendar_feeds').set({ last_read_at: now }).where('model_id', '=', feed.model_id).execute()
}
