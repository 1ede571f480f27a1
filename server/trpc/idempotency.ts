import { createHash } from 'node:crypto'
import { AppError } from '#server/errors.ts'
import type { IdempotencyClaim } from '#server/transact.ts'
import type { CallCtx } from './init.ts'

/** A claim this old belongs to a process that died; its transaction never committed, so another may take over. */
const CLAIM_SECONDS = 30

interface StoredAnswer {
  status: number | null
  data: unknown
}

/** The same value always gives the same text, whatever the order of its keys. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value instanceof Date) return JSON.stringify(value)
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined)
    entries.sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}

function scopeOf(ctx: CallCtx): string {
  return `${ctx.actor.kind}:${ctx.actor.id ?? ctx.ip ?? '-'}`
}

/**
 * Runs `work` at most once per (person, Idempotency-Key). The claim is committed first, so that a second request sees
 * it; the answer is stored by the work's own transaction, so that a crash leaves either both or neither.
 * Same key and input → the stored answer; other input → 422; still running → 409. A refused request frees its key.
 */
export async function runOnce<T>(
  ctx: CallCtx,
  operation: string,
  input: unknown,
  work: (claim: IdempotencyClaim | undefined) => Promise<T>,
): Promise<T> {
  if (ctx.idempotencyKey === null) return work(undefined)
  // One form may lead to several operations: each is its own request.
  const key = ctx.via === 'screen' ? `${ctx.idempotencyKey}:${operation}` : ctx.idempotencyKey
  if (key.length === 0 || key.length > 255) throw new AppError('malformed', 'An Idempotency-Key has 1 to 255 characters.')
  const scope = scopeOf(ctx)
  const owner = ctx.ids.next()
  const hash = createHash('sha256').update(canonical(input)).digest('hex')
  const now = ctx.clock.now()
  const lockedUntil = new Date(now.getTime() + CLAIM_SECONDS * 1000)
  const claimed = await ctx.db
    .insertInto('idempotency_keys')
    .values({ scope, key, operation, input_hash: hash, owner, state: 'running', created_at: now, locked_until: lockedUntil })
    .onConflict((oc) => oc.columns(['scope', 'key']).doNothing())
    .returning('key')
    .executeTakeFirst()
  if (!claimed) {
    const known = await ctx.db
      .selectFrom('idempotency_keys')
      .select(['operation', 'input_hash', 'state', 'response', 'locked_until'])
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirst()
    const running = () =>
      new AppError(
        'idempotency_key_running',
        'The first request with this Idempotency-Key is still running. Ask again in a moment.',
        {
          retryAfterSeconds: 1,
        },
      )
    if (!known) throw running()
    if (known.operation !== operation || known.input_hash !== hash) {
      throw new AppError(
        'idempotency_key_reused',
        'This Idempotency-Key was already used for a different request. Use a new key.',
      )
    }
    if (known.state === 'done') {
      const stored = known.response as StoredAnswer
      ctx.answer.replayed = true
      if (stored.status !== null) ctx.answer.status = stored.status
      return stored.data as T
    }
    if (known.locked_until > now) throw running()
    const taken = await ctx.db
      .updateTable('idempotency_keys')
      .set({ owner, locked_until: lockedUntil })
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('state', '=', 'running')
      .where('locked_until', '=', known.locked_until)
      .returning('key')
      .executeTakeFirst()
    if (!taken) throw running()
  }
  try {
    return await work({ scope, key, owner, respond: (data): StoredAnswer => ({ status: ctx.answer.status ?? null, data }) })
  } catch (error) {
    await ctx.db
      .deleteFrom('idempotency_keys')
      .where('scope', '=', scope)
      .where('key', '=', key)
      .where('owner', '=', owner)
      .where('state', '=', 'running')
      .execute()
      .catch((cause: unknown) => ctx.log.warn({ err: cause }, 'claim of an Idempotency-Key not freed; it lapses by itself'))
    throw error
  }
}
