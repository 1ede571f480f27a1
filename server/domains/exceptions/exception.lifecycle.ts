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
  stamp(tx, _row, edge) {
    return { closed_at: CLOSED.includes(edge.to) ? tx.now : null }
  },
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('exceptions')
        .set({
          status: row.status,
          version: row.version,
          updated_at: tx.now,
          resolution: row.resolution,
          assignee_id: row.assignee_id,
          closed_at: row.closed_at,
        })
        .where('id', '=', row.id),
    )
  },
}
