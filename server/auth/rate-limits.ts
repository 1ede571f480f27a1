import type pg from 'pg'
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Ctx } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** Who may do what how often. Counted in PostgreSQL in one statement each, so exact across processes. */
export const LIMITS = {
  /** Public form, per address. */
  'inquiry-form': { points: 60, seconds: 3_600, text: 'Too many inquiries from your address. Try again later, or call us.' },
  /** Files made of lists, per person. */
  export: { points: 20, seconds: 3_600, text: 'You have made 20 files within the hour. Try again later.' },
  /** Reveals of masked contacts, per person. */
  'contact-reveal': {
    points: 20,
    seconds: 3_600,
    text: 'You have shown 20 contacts within the hour. Ask a manager if you need more.',
  },
  /** Links from messages, opened or used, per address. Their tokens can't be guessed; hashing passwords costs. */
  'link-address': { points: 60, seconds: 900, text: 'Too many attempts from your address. Wait a few minutes.' },
  /** Password resets asked for, per account, whether there is one or not. */
  'reset-account': { points: 3, seconds: 3_600, text: 'A reset was asked for several times. Wait an hour before the next.' },
  'reset-address': { points: 20, seconds: 3_600, text: 'Too many attempts from your address. Wait a while.' },
  /** Passkeys asked for and shown, per address. They can't be guessed; checking them costs. */
  'passkey-address': { points: 200, seconds: 900, text: 'Too many attempts from your address. Wait a few minutes.' },
  /** Calendar addresses that are none, per network. They can't be guessed; who tries is told to wait. */
  'calendar-guess': { points: 30, seconds: 300, text: 'Too many attempts from your address. Wait a few minutes.' },
  /** Payment links that open nothing, per address: they can't be guessed, and nobody opens so many by mistake. */
  'pay-miss': { points: 60, seconds: 900, text: 'Too many links that open nothing. Wait a few minutes.' },
  /** Cards shown by one link, and from one address: a form that tries out cards for thieves is stopped here. */
  'pay-link': { points: 15, seconds: 900, text: 'Too many tries with this link. Wait a few minutes, then try another card.' },
  'pay-address': { points: 60, seconds: 900, text: 'Too many tries from your address. Wait a few minutes.' },
  /** Payment links sent to clients, per link. */
  'pay-send': { points: 5, seconds: 3_600, text: 'This link was sent several times within the hour. Call the client instead.' },
  /** Searches per person: each letter typed may be one. */
  search: { points: 300, seconds: 60, text: 'Too many searches in a minute. Wait a moment.' },
} as const

export type LimitName = keyof typeof LIMITS

const limiters = new WeakMap<pg.Pool, Map<LimitName, RateLimiterPostgres>>()

function limiterOf(pool: pg.Pool, name: LimitName): RateLimiterPostgres {
  let byName = limiters.get(pool)
  if (!byName) {
    byName = new Map()
    limiters.set(pool, byName)
  }
  let limiter = byName.get(name)
  if (!limiter) {
    limiter = new RateLimiterPostgres({
      storeClient: pool,
      storeType: 'pool',
      tableName: 'rate_limits',
      tableCreated: true,
      clearExpiredByTimeout: false,
      keyPrefix: name,
      points: LIMITS[name].points,
      duration: LIMITS[name].seconds,
    })
    byName.set(name, limiter)
  }
  return limiter
}

/** Counts one use by `key`; throws `rate_limited` with the seconds to wait once the limit is passed. */
export async function limit(ctx: Pick<Ctx, 'pool'>, name: LimitName, key: string): Promise<void> {
  try {
    await limiterOf(ctx.pool, name).consume(key.slice(0, 200))
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) throw refused
    throw new AppError('rate_limited', LIMITS[name].text, {
      retryAfterSeconds: Math.max(1, Math.ceil(refused.msBeforeNext / 1000)),
    })
  }
}

/** Forgets what `key` used, e.g. after a successful sign-in. */
export async function freeLimit(ctx: Pick<Ctx, 'pool'>, name: LimitName, key: string): Promise<void> {
  await limiterOf(ctx.pool, name).delete(key.slice(0, 200))
}
