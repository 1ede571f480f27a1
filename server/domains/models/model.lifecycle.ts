import type { Living } from '#server/lifecycle/advance.ts'
import { type ModelFacts, modelLifecycle } from './model.machine.ts'
import type { ModelRow } from './model.repository.ts'

export const modelLiving: Living<ModelRow, ModelFacts> = {
  lifecycle: modelLifecycle,
  entityType: 'model',
  refOf: (row) => row.public_code,
  assigneeOf: () => null,
  async facts() {
    return {}
  },
  actions: {},
  stamp(_tx, _row, _edge, request) {
    return { status_reason: request.reason ?? null }
  },
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('models')
        .set({ status: row.status, version: row.version, updated_at: tx.now, status_reason: row.status_reason })
        .where('id', '=', row.id),
    )
  },
}
