import type { Context } from 'hono'
import { limit } from '#server/auth/rate-limits.ts'
import { readFeed } from '#server/domains/calendars/index.ts'
import type { AppEnv } from './app-env.ts'
import { networkOf } from './request-limits.ts'

/** 256 bits, as newLinkToken writes them. */
const FILE = /^([\w-]{43})\.ics$/

/**
 * `GET /ical/<token>.ics`: a model's bookings for her own calendar. The token is the only key; whatever is none is answered in
 * one way, and who tries many waits. Calendars come again and again: an unchanged feed is 304.
 */
export async function icalFeed(c: Context<AppEnv>): Promise<Response> {
  const ctx = await c.var.call('rest')
  const token = FILE.exec(c.req.param('file') ?? '')?.[1]
  const feed = token === undefined ? undefined : await readFeed(ctx, token)
  const headers = { 'cache-control': 'private, no-cache', 'x-robots-tag': 'noindex, nofollow' }
  if (!feed) {
    await limit(ctx, 'calendar-guess', networkOf(ctx.ip ?? 'none'))
    return c.text('There is no calendar at this address.', 404, headers)
  }
  const known = c.req
    .header('if-none-match')
    ?.split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
  if (known?.some((tag) => tag === feed.etag || tag === '*')) return c.body(null, 304, { ...headers, etag: feed.etag })
  return c.body(feed.text, 200, {
    ...headers,
    etag: feed.etag,
    'content-type': 'text/calendar; charset=utf-8',
    'content-disposition': 'inline; filename="bookings.ics"',
  })
}
