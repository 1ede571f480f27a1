import type { Living } from '#server/lifecycle/advance.ts'
import { type TaskFacts, taskLifecycle } from './task.machine.ts'
import type { TaskRow } from './task.repository.ts'

export const taskLiving: Living<TaskRow, TaskFacts> = {
  lifecycle: taskLifecycle,
  entityType: 'task',
  refOf: (row) => row.ref,
  assigneeOf: (row) => row.assignee_id,
  async facts() {
    return {}
  },
  actions: {
    /** Who starts what nobody has takes it. */
    async assignToActor(tx, row) {
      return { assignee_id: row.assignee_id ?? (tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null) }
    },
    async unassign() {
      return { assignee_id: null }
    },
  },
  stamp(tx, _row, edge, request) {
    const final = taskLifecycle.states.some((state) => state.name === edge.to && state.final)
    return { status_reason: request.reason ?? null, completed_at: final ? tx.now : null }
  },
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('tasks')
        .set({
          status: row.status,
          version: row.version,
          updated_at: tx.now,
          status_reason: row.status_reason,
          assignee_id: row.assignee_id,
          completed_at: row.completed_at,
        })
        .where('id', '=', row.id),
    )
  },
}
