import { healSearch, tidySearch } from '#server/domains/search/index.ts'
import type { Handler } from '#workers/task.ts'

const HOUR_MS = 3_600_000
const NIGHT_UTC = 3

/**
 * Triggers keep the search index; this finds what they could not: a name that changed while something of theirs was just
 * being written, rows loaded with triggers off. Each hour what is new, once a night everything.
 */
export const searchHeal: Handler<'search-heal'> = async (ctx, _payload, { signal }) => {
  const now = ctx.clock.now()
  const isNight = now.getUTCHours() === NIGHT_UTC
  const mended = await healSearch(ctx.db, { since: isNight ? undefined : new Date(now.getTime() - 2 * HOUR_MS), signal })
  await tidySearch(ctx.db, signal)
  if (mended > 0) ctx.log.warn({ mended }, 'the search index differed from the tables')
}
