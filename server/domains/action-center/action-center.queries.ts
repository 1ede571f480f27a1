import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { NOBODY, readCounts } from '#server/domains/work/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { ActionCenterInput, GroupCounts } from './action-center.schema.ts'
import { type Filter, hasDeadlineFilter, isCompleted, kindsOf, NEVER, ranksOf, type Scope, scopesOf } from './desk-filter.ts'
import { countOf, finishedParts, type Part, rowsOf, unfinishedParts } from './desk-parts.ts'
import { type DeskRow, itemOf, withDeskColumns } from './desk-row.ts'
import { decodePlace, encodePlace, type Place } from './place.ts'

/** Where the counters don't say: at most so many are counted, of each part of a list. */
const MOST_COUNTED = 1_000

/** The newest event there is: what is read after this is at least as new. */
export async function newestSeq(db: Db): Promise<number> {
  const { rows } = await sql<{
    seq: number
  }>`select coalesce(max(seq), 0) as seq from domain_events where seq is not null`.execute(db)
  return rows[0]?.seq ?? 0
}

/**
 * Tasks and exceptions together in working order: level, then nearest deadline (what is breached has the nearest), then
 * oldest; finished ones by when they were finished, the last first. A page costs the same however large the tables are
 * and however far one has paged. Counts come from counters.
 */
export async function readActionCenter(ctx: CallCtx, input: ActionCenterInput) {
  // First: an event after this is not promised to be in the answer.
  const seq = await newestSeq(ctx.db)
  const [rows, counts] = await Promise.all([readRows(ctx, input), countGroups(ctx, input)])
  const shown = rows.slice(0, input.limit)
  const last = shown.at(-1)
  return {
    items: shown.map((row) => itemOf(ctx, row)),
    nextCursor: rows.length > input.limit && last ? encodePlace(placeOf(last, isCompleted(input))) : null,
    seq,
    at: ctx.clock.now(),
    counts,
  }
}

function placeOf(row: DeskRow, completed: boolean): Place {
  const created = completed ? (row.done_key ?? row.created_key) : row.created_key
  return { completed, rank: row.rank, deadline: row.deadline_key, created, id: row.id }
}

async function readRows(ctx: CallCtx, input: ActionCenterInput): Promise<DeskRow[]> {
  const completed = isCompleted(input)
  const place = input.cursor === undefined ? undefined : decodePlace(input.cursor, completed)
  if (completed) return readParts(ctx, finishedParts(ctx, input, place), true, input.limit + 1)
  if (!hasDeadlineFilter(input)) return readParts(ctx, unfinishedParts(ctx, input, place), false, input.limit + 1)
  // A range of deadlines is a range of the index within one rank: rank by rank, until the page is full.
  const rows: DeskRow[] = []
  for (const rank of ranksOf(input).sort()) {
    const parts = unfinishedParts(ctx, input, place, [rank])
    if (rows.length <= input.limit) rows.push(...(await readParts(ctx, parts, false, input.limit + 1 - rows.length)))
  }
  return rows
}

async function readParts(ctx: CallCtx, parts: readonly Part[], completed: boolean, most: number): Promise<DeskRow[]> {
  if (parts.length === 0) return []
  const order = completed
    ? sql`w.done_at desc, w.id desc`
    : sql`w.rank, coalesce(w.sla_deadline_at, ${NEVER}), w.created_at, w.id`
  const all = sql.join(
    parts.map((part) => rowsOf(part, most)),
    sql` union all `,
  )
  const page = sql`select w.* from (${all}) w order by ${order} limit ${most}`
  return (await withDeskColumns(ctx, page, order).execute(ctx.db)).rows
}

/** Unfinished ones by group: from the counters, or counted up to a limit where a deadline or a state is asked for. */
async function countGroups(ctx: CallCtx, input: ActionCenterInput): Promise<GroupCounts> {
  const everything: Filter = { ...input, group: undefined, priority: undefined }
  const counts: GroupCounts = { urgent: 0, high: 0, normal: 0, snoozed: 0, capped: false }
  const add = (rank: number, n: number) => {
    counts[rank === 0 ? 'urgent' : rank === 1 ? 'high' : 'normal'] += n
  }
  const known = await countersFor(ctx, everything)
  for (const { rank, snoozed, count } of known) {
    if (snoozed) counts.snoozed += count
    if (snoozed === (input.snoozed === true) && !countsRows(input)) add(rank, count)
  }
  if (!countsRows(input)) return counts
  const parts = unfinishedParts(ctx, { ...everything, status: isCompleted(input) ? undefined : input.status })
  if (parts.length === 0) return counts
  for (const { rank, count } of (await countOf(parts, MOST_COUNTED).execute(ctx.db)).rows) {
    add(rank, count)
    if (count >= MOST_COUNTED) counts.capped = true
  }
  return counts
}

/** What the counters don't know. */
export function countsRows(filter: Filter): boolean {
  return hasDeadlineFilter(filter) || (filter.status !== undefined && !isCompleted(filter))
}

async function countersFor(ctx: CallCtx, filter: Filter) {
  const found = await readCounts(ctx.db, scopeOfCounters(ctx, filter))
  return found.filter((count) => isCounted(ctx, filter, count))
}

/** Every kind has the same people's items here; what differs is left to isCounted. */
function scopeOfCounters(ctx: CallCtx, filter: Filter) {
  const scopes = kindsOf(ctx, filter).flatMap((kind) => scopesOf(ctx, kind, filter.assignedTo))
  if (scopes.includes('everyone')) return undefined
  const ids = scopes.map(counterId)
  return sql<boolean>`assignee_id = any(${ids}::uuid[])`
}

function counterId(scope: Scope): string {
  return scope === 'nobody' || scope === 'everyone' ? NOBODY : scope.id
}

/** Whether a counter is of what this person may see and asked for; group, priority and snoozed left aside. */
export function isCounted(
  ctx: CallCtx,
  filter: Filter,
  count: { kind: 'task' | 'exception'; assignee_id: string; type: string },
): boolean {
  if (!kindsOf(ctx, filter).includes(count.kind)) return false
  if (filter.type !== undefined && filter.type !== count.type) return false
  return scopesOf(ctx, count.kind, filter.assignedTo).some(
    (scope) => scope === 'everyone' || counterId(scope) === count.assignee_id,
  )
}
