import type { Screen } from '../screen.server.ts'

/** The last changes of one entity, for people who may read the audit log. */
export async function historyOf(api: Screen['api'], may: Screen['may'], entityType: string, entityId: string) {
  if (!may('audit.read')) return null
  const page = await api.audit.list({ entityType, entityId, limit: 20 })
  return { entityType, entityId, entries: page.items }
}
