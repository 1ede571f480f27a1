import { isIPv6 } from 'node:net'
import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { batcher } from '#server/batch.ts'
import type { Actor, Clock } from '#server/context.ts'
import { AppError } from '#server/errors.ts'

/** Requests in a minute of one person, one API key that has no number of its own, and one address of strangers. */
export interface RequestRates {
  user: number
  key: number
  stranger: number
}

/** Far above what people and partners need, far below what hurts. Settings change them; dearer acts have stricter ones of their own. */
export const REQUESTS_PER_MINUTE: RequestRates = { user: 60_000, key: 6_000, stranger: 6_000 }

/** Live feeds one person or key may hold open in one web process: a wall of screens under one account, not a flood. */
export const OPEN_STREAMS = 1_000

/** Lines of payment pages one link, and one address of strangers, may hold open in one web process. */
export const OPEN_STREAMS_LINK = 20
export const OPEN_STREAMS_ADDRESS = 100

const WINDOW_MS = 60_000
/** Of a limit, what a process may take at once to give out by itself; under 200 a minute it asks for each request. */
const AHEAD = 1 / 200
const MOST_AHEAD = 300
const MOST_LEASES = 10_000

interface Question {
  key: string
  cost: number
  limit: number
}

/** What this process may still give out of a key's minute. */
interface Lease {
  until: number
  left: number
  /** The minute is used up: nobody needs to be asked before it ends. */
  spent: boolean
}

export interface RequestLimits {
  /** Counts one request of `cost` by this actor or address; throws `rate_limited` with the seconds to wait. */
  count(actor: Actor | undefined, ip: string | null, cost: number): Promise<void>
}

/**
 * How many requests each caller makes in a minute, exact across processes: never more than the limit pass, because each
 * was taken from one row by one statement (table request_counters). Processes take up to 1/200 of a limit ahead, so a
 * busy caller costs one small statement in some hundred requests; what one of them took and did not give out by the end
 * of the minute is lost. The minute begins with a caller's first request.
 */
export function createRequestLimits(db: Db, clock: Clock, rates: RequestRates): RequestLimits {
  const leases = new Map<string, Lease>()
  const ask = batcher<Question, boolean>((questions) => take(db, clock, leases, questions), { most: 5_000 })
  return {
    async count(actor, ip, cost) {
      const question = { ...whoOf(actor, ip, rates), cost }
      const now = clock.now().getTime()
      const lease = leases.get(question.key)
      if (lease && lease.until > now) {
        if (lease.left >= cost) {
          lease.left -= cost
          return
        }
        if (lease.spent) throw tooMany(lease.until - now)
      }
      if (await ask(question)) return
      throw tooMany((leases.get(question.key)?.until ?? now + WINDOW_MS) - now)
    },
  }
}

function whoOf(actor: Actor | undefined, ip: string | null, rates: RequestRates): Pick<Question, 'key' | 'limit'> {
  if (actor?.kind === 'user') return { key: `user:${actor.id}`, limit: rates.user }
  if (actor?.kind === 'api_key') return { key: `key:${actor.id}`, limit: actor.requestsPerMinute ?? rates.key }
  return { key: `address:${networkOf(ip ?? 'none')}`, limit: rates.stranger }
}

/** One household or server has a whole /64 of IPv6 addresses. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip
  const [before = '', after] = ip.toLowerCase().split('::')
  const head = before === '' ? [] : before.split(':')
  const tail = after === undefined || after === '' ? [] : after.split(':')
  const zeros = after === undefined ? 0 : Math.max(0, 8 - head.length - tail.length)
  const groups = [...head, ...Array.from({ length: zeros }, () => '0'), ...tail]
  return `${groups.slice(0, 4).join(':')}::/64`
}

function tooMany(ms: number): AppError {
  return new AppError('rate_limited', 'Too many requests in this minute. Wait a moment and go on slower.', {
    retryAfterSeconds: Math.max(1, Math.ceil(ms / 1000)),
  })
}

/** Takes what the questions need, and some ahead, from the rows of their keys; answers who may pass, in the order they came. */
async function take(
  db: Db,
  clock: Clock,
  leases: Map<string, Lease>,
  questions: readonly Question[],
): Promise<ReadonlyMap<Question, boolean>> {
  const wants = new Map<string, { want: number; limit: number }>()
  for (const { key, cost, limit } of questions) {
    const known = wants.get(key)
    if (known) known.want += cost
    else wants.set(key, { want: cost + Math.min(MOST_AHEAD, Math.floor(limit * AHEAD)), limit })
  }
  const now = clock.now().getTime()
  const rows = await addUp(db, now, wants)
  if (leases.size > MOST_LEASES) forgetOld(leases, now)
  for (const { key, used, window_start } of rows) {
    const { want = 0, limit = 0 } = wants.get(key) ?? {}
    const granted = Math.max(0, Math.min(want, limit - (used - want)))
    const until = window_start.getTime() + WINDOW_MS
    const lease = leases.get(key)
    leases.set(key, { until, left: granted + (lease?.until === until ? lease.left : 0), spent: granted < want })
  }
  return new Map(
    questions.map((question) => {
      const lease = leases.get(question.key)
      const passes = lease !== undefined && lease.left >= question.cost
      if (passes) lease.left -= question.cost
      return [question, passes]
    }),
  )
}

/** One statement for all keys; by their order, so that two processes never wait for each other in a circle. */
async function addUp(db: Db, now: number, wants: ReadonlyMap<string, { want: number }>) {
  const keys = [...wants.keys()]
  const amounts = keys.map((key) => wants.get(key)?.want ?? 0)
  const from = new Date(now)
  const over = sql`(c.window_start <= ${new Date(now - WINDOW_MS)} or c.window_start > ${new Date(now + WINDOW_MS)})`
  const { rows } = await sql<{ key: string; window_start: Date; used: number }>`
    insert into request_counters as c (key, window_start, used)
    select asked.key, ${from}::timestamptz, asked.want from unnest(${keys}::text[], ${amounts}::integer[]) as asked (key, want)
    order by asked.key
    on conflict (key) do update set
      window_start = case when ${over} then excluded.window_start else c.window_start end,
      used = case when ${over} then excluded.used else c.used + excluded.used end
    returning key, window_start, used`.execute(db)
  return rows
}

function forgetOld(leases: Map<string, Lease>, now: number): void {
  for (const [key, lease] of leases) if (lease.until <= now) leases.delete(key)
  // The longest known first; who is still there asks the table again.
  for (const key of leases.keys()) {
    if (leases.size <= MOST_LEASES) return
    leases.delete(key)
  }
}

/** Hands out places for live feeds; the answer gives the place back and may be called more than once. */
export function streamPlaces(most: number): (who: string) => () => void {
  const open = new Map<string, number>()
  return (who) => {
    const held = open.get(who) ?? 0
    if (held >= most) {
      throw new AppError('rate_limited', `You have ${most} live views open. Close some of them.`, { retryAfterSeconds: 30 })
    }
    open.set(who, held + 1)
    let over = false
    return () => {
      if (over) return
      over = true
      const left = (open.get(who) ?? 1) - 1
      if (left > 0) open.set(who, left)
      else open.delete(who)
    }
  }
}
