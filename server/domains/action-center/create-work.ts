import { requireAccess } from '#server/auth/require-access.ts'
import { createManualException } from '#server/domains/exceptions/index.ts'
import { createManualTask } from '#server/domains/tasks/index.ts'
import type { Tx } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { newestSeq } from './action-center.queries.ts'
import type { CreateInput } from './action-center.schema.ts'
import { findItem } from './read-item.ts'
import { addStep, openUndo, undoOf } from './record-undo.ts'

const LABEL = { task: 'New task', exception: 'New exception' } as const

/**
 * A task or an exception in one breath, and how it is taken back: withdrawn, which its lifecycle calls cancelled or
 * dismissed; nothing that was said is deleted. Throws `forbidden`, `invalid`.
 */
export async function createWork(tx: Tx, { kind, subject, details, priority, mine }: CreateInput, ctx: CallCtx) {
  requireAccess(tx.ctx, `${kind}s.write`)
  const { actor } = tx.ctx
  const made =
    kind === 'task'
      ? await createManualTask(tx, {
          type: 'manual',
          subject,
          details,
          priority: priority === 'medium' ? 'normal' : priority,
          ...(mine && actor.id !== null ? { assigneeId: actor.id } : {}),
        })
      : await createManualException(tx, {
          type: 'other',
          summary: subject,
          details,
          severity: priority === 'normal' ? 'medium' : priority,
        })
  const undoId = tx.ctx.ids.next()
  const undoable = actor.kind === 'user'
  if (undoable) {
    openUndo(tx, LABEL[kind], { id: undoId })
    addStep(tx, undoId, { kind, ...made, version: 1, inverse: { columns: {}, withdraw: true } })
  }
  return {
    item: (await findItem(ctx, { kind, id: made.id })) ?? null,
    undo: undoable ? undoOf(undoId, LABEL[kind], tx.now) : null,
    text: `${made.ref} is made.`,
    seq: await newestSeq(ctx.db),
  }
}
