import { type RawBuilder, sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { ownInIndex, type SearchKind } from './search.policy.ts'
import { type HitRow, KIND_SQL } from './search-kinds.ts'

/** Which rows of a kind are wanted. */
export interface Wanted {
  kind: SearchKind
  words?: string
  /** So many rows have these words that the newest are sooner met by walking than by the index of words. */
  isCommon?: boolean
  refs: readonly string[]
  clientIds: readonly string[]
  /** Rows after this one, in the order of time. */
  before?: string
  assignedTo?: 'me' | 'none'
  /** Rows returned. */
  shown: number
  /** Rows counted; what is beyond is "more". */
  counted: number
}

export interface Found {
  rows: HitRow[]
  /** At most `counted + 1`. */
  total: number
}

/** A walk looks at most at so many rows: 20,000 take 15 ms, and what is common is met long before. */
const FARTHEST_WALK = 20_000

function assigneeCondition(ctx: CallCtx, assignedTo: Wanted['assignedTo'], ref: string): RawBuilder<boolean> {
  if (assignedTo === undefined) return sql<boolean>`true`
  return assignedTo === 'none' ? sql<boolean>`${sql.ref(ref)} is null` : sql<boolean>`${sql.ref(ref)} = ${ctx.actor.id}::uuid`
}

/** Ids of the newest rows that have the words. */
function byWords(ctx: CallCtx, wanted: Wanted): RawBuilder<unknown> {
  const index = sql.table(`search_${wanted.kind}_words`)
  const most = sql.lit(wanted.counted + 1)
  const { hasAssignee } = KIND_SQL[wanted.kind]
  const own = ownInIndex(ctx, wanted.kind) ?? sql<boolean>`true`
  const narrowed = sql<boolean>`${own} and ${wanted.before ? sql`w.id < ${wanted.before}::uuid` : sql`true`}
    and ${hasAssignee ? assigneeCondition(ctx, wanted.assignedTo, 'w.assignee_id') : sql`true`}`
  if (wanted.isCommon) {
    return sql`select id from (select w.id, w.words from ${index} w where ${narrowed} order by w.id desc limit ${sql.lit(FARTHEST_WALK)}) w
      where w.words @@ ${wanted.words}::tsquery limit ${most}`
  }
  // Apart from its order: asked together PostgreSQL may walk the whole table from the newest to meet a rare word.
  return sql`select id from (with w as materialized (select id, assignee_id from ${index} where words @@ ${wanted.words}::tsquery)
    select w.id from w where ${narrowed} order by w.id desc limit ${most}) r`
}

/** The rows of one kind this actor may see, in one statement: those of an asked ref first, then the newest. */
export function rowsOf(ctx: CallCtx, wanted: Wanted): RawBuilder<HitRow & { total: number }> {
  const { table, alias, visible, byRef, byClient, joins, columns, hasAssignee } = KIND_SQL[wanted.kind]
  const ways: RawBuilder<unknown>[] = []
  if (wanted.words) ways.push(sql`select id, false as exact from (${byWords(ctx, wanted)}) w`)
  if (wanted.refs.length > 0) ways.push(sql`select id, true as exact from (${byRef(wanted.refs)}) r`)
  if (byClient && wanted.clientIds.length > 0) ways.push(sql`select id, false as exact from (${byClient(wanted.clientIds)}) c`)
  const from = sql`${sql.table(table)} ${sql.raw(alias)}`
  const id = sql.ref(`${alias}.id`)
  // Who pages on is past what was put first.
  const order = (name: string) =>
    wanted.before ? sql`${sql.ref(`${name}.id`)} desc` : sql`${sql.ref(`${name}.exact`)} desc, ${sql.ref(`${name}.id`)} desc`
  return sql<HitRow & { total: number }>`
    with hit as materialized (select id, bool_or(exact) as exact from (${sql.join(ways, sql` union all `)}) ways group by id),
    seen as materialized (
      select hit.id, hit.exact from hit join ${from} on ${id} = hit.id
      where ${visible(ctx)} and ${wanted.before ? sql`hit.id < ${wanted.before}::uuid` : sql`true`}
        and ${hasAssignee ? assigneeCondition(ctx, wanted.assignedTo, `${alias}.assignee_id`) : sql`true`}
      order by ${order('hit')} limit ${sql.lit(wanted.counted + 1)})
    select (select count(*)::int from seen) as total, ${id}, ${sql.ref(`${alias}.created_at`)}, ${columns}
    from (select * from seen order by ${order('seen')} limit ${sql.lit(wanted.shown)}) s join ${from} on ${id} = s.id ${joins}
    order by ${order('s')}`
}
