import ipaddr from 'ipaddr.js'
import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** So many tries in so long; what is refused says so in these words. */
export interface Bucket {
  key: string
  limit: number
  seconds: number
  text: string
  /** A success gives back all of it, else only the one try that succeeded. */
  freed: 'all' | 'one'
}

const WINDOW_SECONDS = 900
const DAY_SECONDS = 86_400

const ACCOUNT = { limit: 5, seconds: WINDOW_SECONDS, text: 'Too many attempts for this account. Wait a few minutes.' }
const ADDRESS = { limit: 100, seconds: WINDOW_SECONDS, text: 'Too many attempts from your address. Wait a few minutes.' }
/** All strangers together: a spread-out attack can't keep the machine busy hashing, nor try each account from a thousand addresses. */
const EVERYONE = { limit: 1_000, seconds: WINDOW_SECONDS, text: 'Too many sign-ins are being tried. Wait a few minutes.' }
const CODES = { limit: 5, seconds: WINDOW_SECONDS, text: 'Too many codes were tried. Wait a few minutes.' }
/** A million codes of which three fit: five in a quarter of an hour alone would let one in 70 weeks guess right. */
const CODES_A_DAY = {
  limit: 30,
  seconds: DAY_SECONDS,
  text: 'Too many codes were tried today. Use a device you know, or ask the owner.',
}

/**
 * What a password check counts against. A device that has signed in to this account before counts by itself, so strangers
 * who guess can't lock its person out. Everyone else shares what the account, their address and all strangers have: in this
 * order, so that who is over the limit of their address takes nothing from the account.
 */
export function passwordBuckets(ctx: Pick<Ctx, 'ip'>, email: string, deviceId: string | null): Bucket[] {
  if (deviceId) return [{ key: `device:${deviceId}`, ...ACCOUNT, freed: 'all' }]
  return [
    ...(ctx.ip ? [{ key: `address:${addressBlock(ctx.ip)}`, ...ADDRESS, freed: 'one' as const }] : []),
    { key: `account:${email}`, ...ACCOUNT, freed: 'all' },
    { key: 'everyone', ...EVERYONE, freed: 'one' },
  ]
}

/** What trying a code counts against; whoever gets here has shown the right password. */
export function codeBuckets(userId: string, deviceId: string | null): Bucket[] {
  if (deviceId) return [{ key: `code-device:${deviceId}`, ...CODES, freed: 'all' }]
  return [
    { key: `code:${userId}`, ...CODES, freed: 'all' },
    { key: `code-day:${userId}`, ...CODES_A_DAY, freed: 'all' },
  ]
}

/**
 * What proving it again inside a session counts against. A bucket of its own: who found an open screen can neither try more
 * passwords than this nor lock its person out of signing in.
 */
export function sessionBuckets(userId: string): Bucket[] {
  return [{ key: `session:${userId}`, ...ACCOUNT, freed: 'all' }]
}

/** An IPv6 network hands its customers 2^64 addresses each: they are one. */
export function addressBlock(ip: string): string {
  const plain = ip.split('%')[0] ?? ip
  if (!ipaddr.isValid(plain)) return ip.slice(0, 100)
  const address = ipaddr.process(plain)
  if (address.kind() === 'ipv4') return address.toString()
  const network = [...address.toByteArray().slice(0, 8), ...new Array<number>(8).fill(0)]
  return `${ipaddr.fromByteArray(network).toString()}/64`
}

interface Counted {
  at: number
  used: number
  expires_at: Date
}

/**
 * Counts one try in each bucket, before anything is looked at, and throws `rate_limited` when one is full. One statement
 * decides: each count is an upsert that returns what it made, and a bucket is counted only when those before it had room,
 * so parallel tries can't all read the same old count.
 */
export async function countTry(ctx: Pick<Ctx, 'db' | 'clock' | 'faults'>, buckets: readonly Bucket[]): Promise<void> {
  const now = ctx.clock.now()
  if (ctx.faults?.countTriesApart) return countApart(ctx, buckets, now)
  const steps = buckets.map((bucket, at) => counting(bucket, at, now, buckets[at - 1]))
  const reads = buckets.map((_, at) => sql`select ${sql.lit(at)} as at, used, expires_at from ${sql.ref(`b${at}`)}`)
  const { rows } = await sql<Counted>`with ${sql.join(steps)} ${sql.join(reads, sql` union all `)}`.execute(ctx.db)
  for (const { at, used, expires_at } of rows) {
    const bucket = buckets[at]
    if (!bucket || used <= bucket.limit) continue
    throw new AppError('rate_limited', bucket.text, {
      retryAfterSeconds: Math.max(1, Math.ceil((expires_at.getTime() - now.getTime()) / 1_000)),
    })
  }
}

function counting(bucket: Bucket, at: number, now: Date, before: Bucket | undefined): RawBuilder<unknown> {
  const until = new Date(now.getTime() + bucket.seconds * 1_000)
  const row = sql`select ${bucket.key.slice(0, 330)}::text, 1, ${until}::timestamptz`
  const room = before ? sql` from ${sql.ref(`b${at - 1}`)} where used <= ${before.limit}` : sql``
  // One above the limit says that it is full; counting on would only let the number grow.
  return sql`${sql.ref(`b${at}`)} as (
    insert into sign_in_tries as t (key, used, expires_at) ${row}${room}
    on conflict (key) do update set
      used = case when t.expires_at <= ${now} then 1 else least(t.used, ${bucket.limit}) + 1 end,
      expires_at = case when t.expires_at <= ${now} then excluded.expires_at else t.expires_at end
    returning used, expires_at)`
}

/** What countTry must not be: a count that is read first and written afterwards. Only for the tests that must see it fail. */
async function countApart(ctx: Pick<Ctx, 'db'>, buckets: readonly Bucket[], now: Date): Promise<void> {
  for (const { key, limit, seconds, text } of buckets) {
    const row = await ctx.db.selectFrom('sign_in_tries').select('used').where('key', '=', key).executeTakeFirst()
    const used = (row?.used ?? 0) + 1
    const values = { key, used, expires_at: new Date(now.getTime() + seconds * 1_000) }
    await ctx.db
      .insertInto('sign_in_tries')
      .values(values)
      .onConflict((clash) => clash.column('key').doUpdateSet({ used }))
      .execute()
    if (used > limit) throw new AppError('rate_limited', text)
  }
}

/** After a success. In the order of counting, so that neither waits for the other. */
export async function freeTries(ctx: Pick<Ctx, 'db'>, buckets: readonly Bucket[]): Promise<void> {
  if (buckets.length === 0) return
  const steps = buckets.map(({ key, freed }, at) => {
    const before = at === 0 ? sql`` : sql` and (select count(*) from ${sql.ref(`b${at - 1}`)}) >= 0`
    const left = freed === 'all' ? sql`0` : sql`greatest(used - 1, 0)`
    return sql`${sql.ref(`b${at}`)} as (update sign_in_tries set used = ${left} where key = ${key}${before} returning key)`
  })
  await sql`with ${sql.join(steps)} select 1`.execute(ctx.db)
}
