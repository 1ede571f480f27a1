import { sql } from 'kysely'
import { takenBy } from '#server/auth/assignment.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleWork } from './work.policy.ts'
import { type Kind, WORK, type WorkRow, workColumns, workTable } from './work-item.ts'

/** Locks the item this actor may see, or throws `not_found`. */
export async function lockWork(tx: Tx, kind: Kind, id: string): Promise<WorkRow> {
  const row = await lockAnyWork(tx, kind, id, visibleWork(tx.ctx, kind))
  if (!row) throw notFound(kind)
  return row
}

/** Locks an item whoever may see it: for the clock, and for taking back what one did. */
export async function lockAnyWork(tx: Tx, kind: Kind, id: string, visible = sql<boolean>`true`): Promise<WorkRow | undefined> {
  const alias = sql.ref(WORK[kind].alias)
  const [row] = await tx.run(sql<WorkRow>`
    select ${workColumns(kind)} from ${workTable(kind)}
    where ${sql.ref(`${WORK[kind].alias}.id`)} = ${id}::uuid and ${visible} for update of ${alias}`)
  return row
}

/** A late click on what was free a moment ago is told who was faster; anything older is simply not theirs to see. */
const FRESHLY_TAKEN_MINUTES = 10

/** Like lockWork; who wants to take what someone else took just now is told who (`conflict`). */
export async function lockOrSayWho(tx: Tx, kind: Kind, id: string): Promise<WorkRow> {
  try {
    return await lockWork(tx, kind, id)
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'not_found') throw error
    const taker = await findFreshTaker(tx, kind, id)
    throw taker ? takenBy(taker) : error
  }
}

/** Who took this unfinished item from under everybody's eyes just now; undefined when it was never this actor's to see. */
async function findFreshTaker(tx: Tx, kind: Kind, id: string): Promise<string | undefined> {
  const since = new Date(tx.now.getTime() - FRESHLY_TAKEN_MINUTES * 60_000)
  const { alias, unfinished } = WORK[kind]
  const [row] = await tx.run(sql<{ name: string; was: string | null }>`
    select u.name, a.before ->> 'assignee_id' as was
    from ${workTable(kind)} join users u on u.id = ${sql.ref(`${alias}.assignee_id`)}
    join lateral (
      select before from audit_log
      where entity_type = ${kind} and entity_id = ${sql.ref(`${alias}.id`)} and at > ${since}::timestamptz and after ? 'assignee_id'
      order by at desc, id desc limit 1) a on true
    where ${sql.ref(`${alias}.id`)} = ${id}::uuid and ${unfinished}`)
  return row && row.was === null ? row.name : undefined
}
