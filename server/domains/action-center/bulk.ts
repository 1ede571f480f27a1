import { sql } from 'kysely'
import { requireAccess } from '#server/auth/require-access.ts'
import { AppError } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import { toAppError } from '#server/trpc/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { actOn } from './act.ts'
import type { ActInput, BulkInput, BulkResult } from './action-center.schema.ts'
import { undoOf } from './record-undo.ts'

/** Items of one call that are worked side by side. */
const SIDE_BY_SIDE = 4

/**
 * One action on many items, each in a transaction of its own with a result of its own. Chunks of one bulk action share
 * a key: an item whose work is recorded under it is not worked again, and one undo takes all of them back.
 */
export async function bulk(ctx: CallCtx, { key, items, ...act }: BulkInput) {
  if (ctx.actor.id === null) throw new AppError('forbidden', 'Bulk actions are for people and keys.')
  for (const kind of new Set(items.map((item) => item.kind))) requireAccess(ctx, `${kind}s.write`)
  const entry = await openEntry(ctx, key, labelOf(act))
  const results: BulkResult[] = Array(items.length)
  const rest = items.entries()
  const walk = async () => {
    for (const [index, item] of rest) results[index] = await actOnce(ctx, entry.id, { ...act, ...item })
  }
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, walk))
  const done = results.filter((result) => result.outcome === 'done').length
  return { done, results, undo: done > 0 ? undoOf(entry.id, entry.label, entry.created_at) : null }
}

function labelOf({ action, to }: Omit<BulkInput, 'key' | 'items'>): string {
  const words = (to ?? action).replaceAll('_', ' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} for several`.slice(0, 100)
}

async function openEntry(ctx: CallCtx, key: string, label: string): Promise<{ id: string; label: string; created_at: Date }> {
  const now = ctx.clock.now()
  const expires = undoOf('', label, now)?.until ?? now
  // The update of nothing answers the row that another chunk made.
  const { rows } = await sql<{ id: string; label: string; created_at: Date }>`
    insert into undo_entries as e (id, actor_id, label, bulk_key, created_at, expires_at)
    values (${ctx.ids.next()}::uuid, ${ctx.actor.id}::uuid, ${label}, ${key}::uuid, ${now}, ${expires})
    on conflict (actor_id, bulk_key) where bulk_key is not null do update set label = e.label
    returning id, label, created_at`.execute(ctx.db)
  if (!rows[0]) throw new Error('an entry is always there or made')
  return rows[0]
}

async function actOnce(ctx: CallCtx, undoId: string, input: ActInput): Promise<BulkResult> {
  const { kind, id } = input
  try {
    const known = await findStep(ctx, undoId, input)
    if (known) return known
    const acted = await transact(ctx, (tx) => actOn(tx, input, { id: undoId }))
    return { kind, id, ref: acted.ref, outcome: acted.changed ? 'done' : 'unchanged', text: acted.text }
  } catch (thrown) {
    // The same item of the same action, sent twice at once: the other request did it.
    const known = await findStep(ctx, undoId, input)
    if (known) return known
    const error = toAppError(thrown)
    if (error.code === 'internal') ctx.log.error({ err: thrown, kind, id }, 'an item of a bulk action failed')
    return { kind, id, ref: null, outcome: 'refused', text: error.message, code: error.code }
  }
}

async function findStep(ctx: CallCtx, undoId: string, { kind, id }: ActInput): Promise<BulkResult | undefined> {
  const { rows } = await sql<{ ref: string }>`
    select item_ref as ref from undo_steps where undo_id = ${undoId}::uuid and kind = ${kind} and item_id = ${id}::uuid`.execute(
    ctx.db,
  )
  return rows[0] && { kind, id, ref: rows[0].ref, outcome: 'done', text: `${rows[0].ref} was done already.` }
}
