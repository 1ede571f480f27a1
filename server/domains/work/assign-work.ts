import { requireAssignable, requireMayAssign } from '#server/auth/assignment.ts'
import { AppError } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { changeWork } from './change-work.ts'
import { CLAIM_MINUTES } from './clock.ts'
import { lockOrSayWho, lockWork } from './lock-work.ts'
import { requireFreshWork } from './require-fresh-work.ts'
import type { Kind } from './work-item.ts'

export interface Assignment {
  id: string
  version?: number
  userId: string | null
}

/**
 * Gives an item to someone, or to nobody. Oneself by `<kind>s.write`, others by `tasks.assign`. Of two who claim at once
 * one gets it; the other is told who has it (`conflict`). Who takes what nobody has started holds it for 15 minutes
 * from the last sign of them; then it is everybody's again.
 */
export async function assignWork(tx: Tx, kind: Kind, { id, version, userId }: Assignment): Promise<void> {
  const me = tx.ctx.actor.id
  const row = userId === me && me !== null ? await lockOrSayWho(tx, kind, id) : await lockWork(tx, kind, id)
  if (row.assignee_id === userId) return
  await requireFreshWork(tx, row, version)
  if (row.done_at)
    throw new AppError('conflict', `This ${kind} is ${row.status.replaceAll('_', ' ')}; there is nothing to assign.`)
  await requireMayAssign(tx, 'tasks.assign', row.assignee_id, userId)
  if (userId !== null && userId !== me) await requireAssignable(tx.db, userId, `${kind}s.read`)
  const lapses = userId !== null && userId === me && row.status === 'open'
  const claimed_until = lapses ? new Date(tx.now.getTime() + CLAIM_MINUTES * 60_000) : null
  changeWork(tx, row, { action: 'assigned', set: { assignee_id: userId, claimed_until } })
}
