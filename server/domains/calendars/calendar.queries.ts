import type { Selectable } from 'kysely'
import type { ExternalCalendarsTable } from '#db/tables/index.ts'
import { type Ctx, may } from '#server/context.ts'
import { readableModels } from '#server/domains/models/index.ts'
import { notFound } from '#server/errors.ts'
import type { ModelCalendarsOut } from './calendar.schema.ts'
import { feedPlace } from './places.ts'

/**
 * The calendars of a model one may read: her feed, its address only for who manages calendars, and those read from elsewhere.
 * An answer that is kept for its Idempotency-Key must not carry the address: then `secret` is false.
 */
export async function readModelCalendars(ctx: Ctx, modelId: string, { secret = false } = {}): Promise<ModelCalendarsOut> {
  const model = await ctx.db
    .selectFrom('models as m')
    .select('m.id')
    .where('m.id', '=', modelId)
    .where(readableModels(ctx))
    .executeTakeFirst()
  if (!model) throw notFound('model')
  const feed = await ctx.db.selectFrom('calendar_feeds').selectAll().where('model_id', '=', modelId).executeTakeFirst()
  const external = await ctx.db
    .selectFrom('external_calendars')
    .selectAll()
    .where('model_id', '=', modelId)
    .orderBy('created_at')
    .orderBy('id')
    .execute()
  return {
    feed: feed
      ? {
          busyOnly: feed.busy_only,
          address: secret && may(ctx, 'calendars.manage') ? addressOf(ctx, modelId, feed.sealed_token) : null,
          lastReadAt: feed.last_read_at,
          createdAt: feed.created_at,
          version: feed.version,
        }
      : null,
    external: external.map(externalOf),
  }
}

/** Null when it was sealed with a key that is gone: a new address mends that. */
function addressOf(ctx: Ctx, modelId: string, sealed: string): string | null {
  try {
    return `${ctx.appUrl}/ical/${ctx.secrets.open(feedPlace(modelId), sealed)}.ics`
  } catch (error) {
    ctx.log.error({ err: error, modelId }, 'the token of a feed can not be opened')
    return null
  }
}

function externalOf(row: Selectable<ExternalCalendarsTable>): ModelCalendarsOut['external'][number] {
  return {
    id: row.id,
    modelId: row.model_id,
    name: row.name,
    host: row.host,
    state: row.state,
    staleSince: row.stale_since,
    problem: row.problem,
    triedAt: row.tried_at,
    readAt: row.read_at,
    nextReadAt: row.next_read_at,
    busyCount: row.busy_count,
    version: row.version,
  }
}
