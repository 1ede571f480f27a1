import { callerOf, makeUser, TestClock } from './context.ts'
import type { TestDatabase } from './database.ts'

/** People who work one Action Center, and what they make there. */
export async function makeDesk(db: TestDatabase) {
  const clock = new TestClock()
  const [manager, olivia, oscar, reader] = await Promise.all([
    makeUser(db, 'OPS_MANAGER', 'Mona'),
    makeUser(db, 'OPERATOR', 'Olivia'),
    makeUser(db, 'OPERATOR', 'Oscar'),
    makeUser(db, 'READ_ONLY', 'Rhea'),
  ])
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const task = async (more: { priority?: 'low' | 'normal' | 'high' | 'critical'; assigneeId?: string } = {}) => {
    const { id, ref } = await as().tasks.create({ subject: 'Call back', ...more })
    return { kind: 'task' as const, id, ref }
  }
  const exception = async () => {
    const { id, ref } = await as().exceptions.create({ summary: 'Odd' })
    return { kind: 'exception' as const, id, ref }
  }
  const audited = async (id: string, action: string) =>
    (await db.db.selectFrom('audit_log').selectAll().where('entity_id', '=', id).where('action', '=', action).execute()).length
  return { db, clock, manager, olivia, oscar, reader, as, task, exception, audited }
}

export const item = ({ kind, id }: { kind: 'task' | 'exception'; id: string }) => ({ kind, id })
