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
  return advance(tx, taskLiving, await lockTask(tx, id), request)
}
