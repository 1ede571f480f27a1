import { requireAccess } from '#server/auth/require-access.ts'
import { lockAnyWork, lockOrSayWho, lockWork, requireFreshWork } from '#server/domains/work/index.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { newestSeq } from './action-center.queries.ts'
import type { ActInput, UndoOut } from './action-center.schema.ts'
import { type Performed, perform } from './perform.ts'
import { findItem } from './read-item.ts'
import { addStep, inverseOf, openUndo, undoOf } from './record-undo.ts'

export interface Acted extends Performed {
  ref: string
  /** False when the item already was as asked. */
  changed: boolean
}

/**
 * One action of a person on one item, and how it is taken back. Throws `not_found`, `stale_write` with what changed,
 * `transition_refused`, `conflict`, `invalid`, `forbidden`.
 */
export async function actOn(tx: Tx, input: ActInput, undo: { id: string; bulkKey?: string }): Promise<Acted> {
  const { kind, id, version, ...act } = input
  requireAccess(tx.ctx, `${kind}s.write`)
  const before = act.action === 'claim' ? await lockOrSayWho(tx, kind, id) : await lockWork(tx, kind, id)
  await requireFreshWork(tx, before, version)
  const performed = await perform(tx, before, act)
  const after = await lockAnyWork(tx, kind, id)
  if (!after) throw new AppError('internal', 'An item does not vanish while it is locked.')
  const inverse = inverseOf(before, after, performed.noteId)
  if (inverse && tx.ctx.actor.id !== null) {
    openUndo(tx, performed.label, undo)
    addStep(tx, undo.id, { kind, id, ref: before.ref, version: after.version, inverse })
  }
  return { ...performed, ref: before.ref, changed: inverse !== undefined }
}

export async function act(tx: Tx, input: ActInput, ctx: CallCtx) {
  const undoId = tx.ctx.ids.next()
  const { label, text, changed } = await actOn(tx, input, { id: undoId })
  const undo: UndoOut = changed ? undoOf(undoId, label, tx.now) : null
  return { item: (await findItem(ctx, input)) ?? null, undo, text, seq: await newestSeq(ctx.db) }
}
