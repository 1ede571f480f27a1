import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { type Kind, WORK, workColumns, workTable } from '#server/domains/work/index.ts'
import {
  deadlineOf,
  type Filter,
  furtherConditions,
  hasDeadlineFilter,
  kindsOf,
  ranksOf,
  type Scope,
  scopeCondition,
  scopesOf,
  snoozeCondition,
} from './desk-filter.ts'
import type { Place } from './place.ts'

export interface Part {
  kind: Kind
  conditions: RawBuilder<SqlBool>[]
  /** The order of the index this part walks, which within the part is the order of the list. */
  order: RawBuilder<unknown>
}

/** The unfinished ones, as walks of the working indexes. Empty when this person may see none of what was asked for. */
export function unfinishedParts(
  ctx: Pick<Ctx, 'actor' | 'clock'>,
  filter: Filter,
  place?: Place,
  ranks: number[] = ranksOf(filter),
): Part[] {
  if (ranks.length === 0) return []
  // A range of deadlines is one range of the index only within a rank.
  const groups = hasDeadlineFilter(filter) ? ranks.map((rank) => [rank]) : [ranks]
  return kindsOf(ctx, filter).flatMap((kind) => {
    const statuses = filter.status?.filter((status) => isOf(kind, status))
    if (statuses?.length === 0) return []
    return scopesOf(ctx, kind, filter.assignedTo).flatMap((scope) =>
      (statuses ?? [undefined]).flatMap((status) =>
        groups.flatMap((group) => {
          if (place && Math.max(...group) < place.rank) return []
          return [unfinishedPart(ctx, kind, filter, { scope, status, ranks: group, place })]
        }),
      ),
    )
  })
}

interface Cut {
  scope: Scope
  status: string | undefined
  ranks: readonly number[]
  place: Place | undefined
}

function unfinishedPart(ctx: Pick<Ctx, 'clock'>, kind: Kind, filter: Filter, { scope, status, ranks, place }: Cut): Part {
  const { alias, rank, unfinished } = WORK[kind]
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const deadline = deadlineOf(kind)
  const conditions = [
    unfinished,
    snoozeCondition(kind, filter.snoozed),
    ...scopeCondition(kind, scope),
    ...(status === undefined ? [] : [sql<SqlBool>`${column('status')} = ${status}`]),
    ...rankConditions(rank, ranks),
    ...furtherConditions(ctx, kind, filter),
  ]
  if (place)
    conditions.push(sql`(${rank}, ${deadline}, ${column('created_at')}, ${column('id')})
      > (${place.rank}::smallint, ${place.deadline}::timestamptz, ${place.created}::timestamptz, ${place.id}::uuid)`)
  // Named although it is one value: IS NULL alone doesn't tell PostgreSQL so, and it would sort.
  const lead = scope === 'everyone' ? sql`` : sql`${column('assignee_id')}, `
  return { kind, conditions, order: sql`${lead}${rank}, ${deadline}, ${column('created_at')}, ${column('id')}` }
}

function rankConditions(rank: RawBuilder<number>, ranks: readonly number[]): RawBuilder<SqlBool>[] {
  if (ranks.length === 4) return []
  if (ranks.length === 1) return [sql`${rank} = ${ranks[0]}::smallint`]
  const range = sql<SqlBool>`${rank} between ${Math.min(...ranks)}::smallint and ${Math.max(...ranks)}::smallint`
  return [range, sql<SqlBool>`${rank} = any(${[...ranks]}::smallint[])`]
}

/** The finished ones, last finished first. */
export function finishedParts(ctx: Pick<Ctx, 'actor' | 'clock'>, filter: Filter, place?: Place): Part[] {
  const ranks = ranksOf(filter)
  return kindsOf(ctx, filter).flatMap((kind) => {
    const { alias, names, rank, finished } = WORK[kind]
    const column = (name: string) => sql.ref(`${alias}.${name}`)
    const done = column(names.done_at)
    return scopesOf(ctx, kind, filter.assignedTo).flatMap((scope) =>
      finished
        .filter((status) => filter.status?.some((one) => one === status) ?? true)
        .map((status) => ({
          kind,
          conditions: [
            // Literal, for the partial index.
            sql<SqlBool>`${column('status')} = ${sql.lit(status)}`,
            sql<SqlBool>`${done} is not null`,
            ...scopeCondition(kind, scope),
            ...rankConditions(rank, ranks),
            ...furtherConditions(ctx, kind, { ...filter, breached: undefined }),
            ...(place ? [sql<SqlBool>`(${done}, ${column('id')}) < (${place.created}::timestamptz, ${place.id}::uuid)`] : []),
          ],
          order: sql`${scope === 'everyone' ? sql`` : sql`${column('assignee_id')} desc, `}${done} desc, ${column('id')} desc`,
        })),
    )
  })
}

const TASK_WORDS = ['open', 'in_progress']
const EXCEPTION_WORDS = ['open', 'investigating']
function isOf(kind: Kind, status: string): boolean {
  return (kind === 'task' ? TASK_WORDS : EXCEPTION_WORDS).includes(status)
}

/** One page's worth of a part. */
export function rowsOf({ kind, conditions, order }: Part, limit: number): RawBuilder<unknown> {
  const { alias, rank } = WORK[kind]
  const more =
    kind === 'task'
      ? sql`nullif(left(t.details, 300), '') as why, 1 as occurrences`
      : sql`left(x.details ->> 'text', 300) as why, x.occurrences`
  return sql`(select ${workColumns(kind)}, ${rank} as rank, ${sql.ref(`${alias}.updated_at`)} as updated_at, ${more}
    from ${workTable(kind)} where ${sql.join(conditions, sql` and `)} order by ${order} limit ${limit})`
}

/** How many of the parts there are, counting at most `most` of each. */
export function countOf(parts: readonly Part[], most: number): RawBuilder<{ rank: number; count: number }> {
  const counted = parts.map(
    ({ kind, conditions }) => sql`(select ${WORK[kind].rank} as rank from ${workTable(kind)}
      where ${sql.join(conditions, sql` and `)} limit ${most})`,
  )
  return sql`select rank, count(*)::integer as count from (${sql.join(counted, sql` union all `)}) counted group by rank`
}
