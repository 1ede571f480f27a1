import { sql } from 'kysely'
import { z } from 'zod'
import { listViews } from '#server/domains/views/index.ts'
import { readCounts } from '#server/domains/work/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { countsRows, isCounted } from './action-center.queries.ts'
import { filters } from './action-center.schema.ts'
import { type Filter, isCompleted, ranksOf } from './desk-filter.ts'
import { countOf, finishedParts, unfinishedParts } from './desk-parts.ts'

/** More than this is shown as "99+". */
const MOST = 100

const viewFilter = z.object(filters)

/** The saved views of the Action Center, each with how many items it shows now: one query for all that need counting. */
export async function countViews(ctx: CallCtx) {
  const { items } = await listViews(ctx, { screen: 'action-center' })
  const views = items.map((view) => ({ view, filter: filterOf(view.query) }))
  const [known, counted] = await Promise.all([
    readCounts(ctx.db),
    countRows(
      ctx,
      views.map(({ filter }) => filter),
    ),
  ])
  return {
    items: views.map(({ view, filter }, index) => {
      const ranks = filter ? ranksOf(filter) : []
      const exact = filter
        ? known
            .filter((one) => one.snoozed === (filter.snoozed === true) && ranks.includes(one.rank) && isCounted(ctx, filter, one))
            .reduce((sum, one) => sum + one.count, 0)
        : 0
      const rows = counted.get(index)
      const capped = rows !== undefined && rows >= MOST
      const count = capped ? MOST - 1 : (rows ?? exact)
      const { id, name, query, isShared, isOwn, mayChange } = view
      return { id, name, query, isShared, isOwn, mayChange, count, capped }
    }),
  }
}

/** A view of an older screen may say what none understands now: it counts nothing. */
function filterOf(query: string): Filter | undefined {
  const given: Record<string, string | string[]> = {}
  for (const [key, value] of new URLSearchParams(query)) {
    const before = given[key]
    given[key] = before === undefined ? value : [before, value].flat()
  }
  const parsed = viewFilter.safeParse(given)
  if (!parsed.success) return undefined
  const half = parsed.data.status?.some((one) => ['done', 'failed', 'cancelled', 'resolved', 'dismissed'].includes(one))
  return half && parsed.data.status?.some((one) => ['open', 'in_progress', 'investigating'].includes(one))
    ? undefined
    : parsed.data
}

async function countRows(ctx: CallCtx, wanted: readonly (Filter | undefined)[]): Promise<Map<number, number>> {
  const parts = wanted.flatMap((filter, index) => {
    if (!filter || !(countsRows(filter) || isCompleted(filter))) return []
    const found = isCompleted(filter) ? finishedParts(ctx, filter) : unfinishedParts(ctx, filter)
    if (found.length === 0) return [sql`(select ${index}::integer as view, 0 as n)`]
    return [sql`(select ${index}::integer as view, coalesce(sum(count), 0)::integer as n from (${countOf(found, MOST)}) counted)`]
  })
  if (parts.length === 0) return new Map()
  const { rows } = await sql<{ view: number; n: number }>`${sql.join(parts, sql` union all `)}`.execute(ctx.db)
  return new Map(rows.map((row) => [row.view, row.n]))
}
