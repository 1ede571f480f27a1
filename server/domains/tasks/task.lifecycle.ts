import { clockOf, workedOn } from '#server/domains/work/index.ts'
import type { Living } from '#server/lifecycle/advance.ts'
import { type TaskFacts, taskLifecycle } from './task.machine.ts'
import type { TaskRow } from './task.repository.ts'

const isFinal = (status: string) => taskLifecycle.states.some((state) => state.name === status && state.final)

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
  stamp(tx, row, edge, request) {
    return { status_reason: request.reason ?? null, completed_at: isFinal(edge.to) ? tx.now : null, ...workedOn(row) }
  },
  save(tx, row, columns) {
    tx.send(
      tx.db
        .updateTable('tasks')
        .set({ ...columns, status: row.status, version: row.version, updated_at: tx.now })
        .where('id', '=', row.id),
    )
  },
  timers: (row, edge) => (isFinal(edge.to) ? [clockOf('task', row.id, null)] : []),
}
