import { lockWork, requireFreshWork } from '#server/domains/work/index.ts'
import { advance, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { taskLiving } from './task.lifecycle.ts'
import { lockTask, type TaskRow } from './task.repository.ts'

/** Moves a task along its lifecycle. Throws `not_found`, `transition_refused`, `stale_write`. */
export async function setTaskStatus(
  tx: Tx,
  id: string,
  request: TransitionRequest,
): Promise<{ row: TaskRow; transition: Transition }> {
  const row = await lockTask(tx, id)
  if (request.expectedVersion !== undefined && request.expectedVersion !== row.version)
    await requireFreshWork(tx, await lockWork(tx, 'task', id), request.expectedVersion)
  return advance(tx, taskLiving, row, request)
}
