import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { Tx } from '#server/transact.ts'
import { KINDS, type Kind, WORK } from './work-item.ts'

/** Whose are nobody's, in the counters. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'
/** One folder at a time: two would wait for each other's sums. */
const FOLD_LOCK = 726_500_014
const FOLD_BATCH = 20_000

/** How many unfinished items there are of one combination. */
export interface Count {
  kind: Kind
  /** NOBODY for nobody. */
  assignee_id: string
  type: string
  rank: number
  snoozed: boolean
  count: number
}

/**
 * Unfinished items by kind, assignee, type, rank and whether they are put aside, without counting them: the sums plus
 * the changes that are not folded in yet. One statement, so it is exact for its snapshot. `where` may name any column.
 */
export async function readCounts(db: Db, where: RawBuilder<SqlBool> = sql<SqlBool>`true`): Promise<Count[]> {
  const { rows } = await sql<Count>`
    select kind, assignee_id, type, rank, snoozed, sum(n)::integer as count from (
      select kind, assignee_id, type, rank, snoozed, count as n from work_counts where ${where}
      union all
      select kind, assignee_id, type, rank, snoozed, delta as n from work_count_changes where ${where}) counted
    group by kind, assignee_id, type, rank, snoozed having sum(n) <> 0`.execute(db)
  return rows
}

/** Folds appended changes into the sums. Returns how many; 0 too when another is at it. */
export async function foldCounts(tx: Tx): Promise<number> {
  const [lock] = await tx.run(sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(FOLD_LOCK)}) as got`)
  if (!lock?.got) return 0
  const [folded] = await tx.run(sql<{ count: number }>`
    with taken as (
      delete from work_count_changes where position in (
        select position from work_count_changes order by position limit ${FOLD_BATCH})
      returning kind, assignee_id, type, rank, snoozed, delta
    ), sums as (
      select kind, assignee_id, type, rank, snoozed, sum(delta) as n from taken
      group by kind, assignee_id, type, rank, snoozed having sum(delta) <> 0
    ), folded as (
      insert into work_counts as w (kind, assignee_id, type, rank, snoozed, count)
      select kind, assignee_id, type, rank, snoozed, n from sums
      on conflict (assignee_id, kind, type, rank, snoozed) do update set count = w.count + excluded.count
    )
    select count(*) as count from taken`)
  if (folded && folded.count > 0) tx.send(sql`delete from work_counts where count = 0`)
  return folded?.count ?? 0
}

/** What the counters should say, by counting. */
function counted(kind: Kind): RawBuilder<Count> {
  const { table, alias, rank, unfinished } = WORK[kind]
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  return sql`select ${sql.lit(kind)} as kind, coalesce(${column('assignee_id')}, ${NOBODY}::uuid) as assignee_id, ${column('type')} as type,
    ${rank} as rank, ${column('snoozed_at')} is not null as snoozed, count(*)::integer as n
    from ${sql.table(table)} ${sql.ref(alias)} where ${unfinished} group by 1, 2, 3, 4, 5`
}

/**
 * Compares the counters with the rows, in one snapshot, and puts right what differs by appending the difference.
 * Returns the differences: there should be none, whoever calls it says so aloud when there are.
 */
export async function repairCounts(tx: Tx): Promise<Count[]> {
  const [lock] = await tx.run(sql<{ got: boolean }>`select pg_try_advisory_xact_lock(${sql.lit(FOLD_LOCK)}) as got`)
  if (!lock?.got) return []
  return tx.run(sql<Count>`
    with differences as (
      select kind, assignee_id, type, rank, snoozed, sum(n)::integer as count from (
        ${sql.join(KINDS.map(counted), sql` union all `)}
        union all select kind, assignee_id, type, rank, snoozed, -count from work_counts
        union all select kind, assignee_id, type, rank, snoozed, -delta from work_count_changes) compared
      group by 1, 2, 3, 4, 5 having sum(n) <> 0
    ), repaired as (
      insert into work_count_changes (kind, assignee_id, type, rank, snoozed, delta)
      select kind, assignee_id, type, rank, snoozed, count from differences
    )
    select kind, assignee_id, type, rank, snoozed, count from differences`)
}
