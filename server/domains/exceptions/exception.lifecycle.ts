import { clockOf, workedOn } from '#server/domains/work/index.ts'
import type { Living } from '#server/lifecycle/advance.ts'
import { type ExceptionFacts, exceptionLifecycle } from './exception.machine.ts'
import type { ExceptionRow } from './exception.repository.ts'
import { exceptionStatusInput } from './exception.schema.ts'

const CLOSED = ['resolved', 'dismissed']

export const exceptionLiving: Living<ExceptionRow, ExceptionFacts> = {
  lifecycle: exceptionLifecycle,
  entityType: 'exception',
  refOf: (row) => row.ref,
  assigneeOf: (row) => row.assignee_id,
  async facts(_tx, row) {
    return { resolution: row.resolution }
  },
  /** How it was resolved, or why it was dismissed: `metadata.resolution` or the reason. */
  async accept(_tx, _row, request) {
    if (!CLOSED.includes(request.newStatus)) return {}
    const given = exceptionStatusInput.shape.metadata.parse(request.metadata ?? {}).resolution ?? request.reason
    return given ? { resolution: given } : {}
  },
  actions: {
    /** Who looks into what nobody has takes it. */
    async assignToActor(tx, row) {
      return { assignee_id: row.assignee_id ?? (tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null) }
    },
  },
  stamp(tx, row, edge) {
    return { closed_at: CLOSED.includes(edge.to) ? tx.now : null, ...workedOn(row) }
  },
  save(tx, row, columns) {
    tx.send(
      tx.db
        .updateTable('exceptions')
        .set({ ...columns, status: row.status, version: row.version, updated_at: tx.now })
        .where('id', '=', row.id),
    )
  },
  timers: (row, edge) => (CLOSED.includes(edge.to) ? [clockOf('exception', row.id, null)] : []),
}
