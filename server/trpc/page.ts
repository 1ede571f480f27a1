import { type Expression, type SelectQueryBuilder, type SqlBool, sql } from 'kysely'
import { z } from 'zod'
import { AppError } from '#server/errors.ts'

/** A place in a list: which way to go on, and the sort key and id of the row at the edge. */
interface Cursor {
  back: boolean
  sort: string
  key: string | number | null
  id: string
}

export interface SortColumn {
  /** SQL reference such as `b.starts_at`. */
  ref: string
  kind: 'time' | 'date' | 'text' | 'number'
}

export interface PageRequest {
  limit: number
  cursor?: string
  /** `createdAt` ascending, `-createdAt` descending. */
  sort: string
}

export interface Page<T> {
  items: T[]
  nextCursor: string | null
  prevCursor: string | null
}

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** Keys as this file writes them: what else JavaScript reads as a time, or stores in a string, PostgreSQL may refuse. */
const KEYS = {
  time: z.iso.datetime({ precision: 6 }).startsWith('2'),
  date: z.iso.date().startsWith('2'),
  text: z.string().regex(/^[^\0]*$/),
  number: z.number(),
} as const

function decode(text: string, sort: string, kind: SortColumn['kind']): Cursor {
  const bad = () =>
    new AppError('malformed', 'cursor is not one this list gave out. Start again without it.', {
      errors: [{ path: 'cursor', message: 'is not one this list gave out' }],
    })
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw bad()
  }
  if (typeof value !== 'object' || value === null) throw bad()
  const { back, sort: sorted, key, id } = value as Record<string, unknown>
  if (typeof back !== 'boolean' || sorted !== sort || typeof id !== 'string' || !UUID.test(id)) throw bad()
  const parsed = KEYS[kind].safeParse(key)
  if (!parsed.success) throw bad()
  return { back, sort: sorted, key: parsed.data, id }
}

const CASTS = { time: 'timestamptz', date: 'date', text: 'text', number: 'float8' } as const

/** A column that may have any of these values. */
export interface EachOf {
  ref: string
  values: readonly string[] | undefined
}

/** More values than this are most of the table, and one walk in its order finds them soon. */
const MOST_PARTS = 4

/**
 * One query for each value: an index of (value, order) then answers it, however rare the value is. Asked for several
 * values at once PostgreSQL walks the list in its order until it has met enough of them.
 */
function partsOf<D, TB extends keyof D, Row>(page: SelectQueryBuilder<D, TB, Row>, each: EachOf | undefined) {
  if (!each?.values) return [page]
  const values = [...new Set(each.values)]
  if (values.length > MOST_PARTS) return [page.where(sql<SqlBool>`${sql.ref(each.ref)} = any(${values})`)]
  return values.map((value) => page.where(sql<SqlBool>`${sql.ref(each.ref)} = ${value}`))
}

/** By key, then id. Times are compared as text: all are written alike. */
function inOrder<Row extends { id: string }>(rows: Row[], keyOf: (row: Row) => string | number, down: boolean): Row[] {
  const sign = down ? -1 : 1
  const isBefore = (a: Row, b: Row) => (keyOf(a) === keyOf(b) ? a.id < b.id : keyOf(a) < keyOf(b))
  return rows.sort((a, b) => (isBefore(a, b) ? -sign : sign))
}

/**
 * One page by keyset: cost does not grow with how far one has paged. `idRef` breaks ties. The sort column may not be
 * null. `eachOf`, for lists sorted by time, is a filter by several values. Rows must carry `sort_key` and `id` (added here).
 */
export async function pageOf<D, TB extends keyof D, Row extends { id: string }>(
  query: SelectQueryBuilder<D, TB, Row>,
  request: PageRequest,
  columns: Record<string, SortColumn>,
  idRef: string,
  eachOf?: EachOf,
): Promise<Page<Row>> {
  const descending = request.sort.startsWith('-')
  const column = columns[descending ? request.sort.slice(1) : request.sort]
  if (!column) {
    const known = Object.keys(columns).flatMap((name) => [name, `-${name}`])
    throw new AppError('malformed', `sort is one of ${known.join(', ')}.`, {
      errors: [{ path: 'sort', message: `is one of ${known.join(', ')}` }],
    })
  }
  const cursor = request.cursor ? decode(request.cursor, request.sort, column.kind) : undefined
  const back = cursor?.back ?? false
  const down = descending !== back
  let page = query.select(
    (column.kind === 'time'
      ? sql<string>`to_char(${sql.ref(column.ref)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
      : sql<string | number>`${sql.ref(column.ref)}`
    ).as('sort_key'),
  )
  if (cursor) {
    const edge: Expression<SqlBool> = sql<boolean>`(${sql.ref(column.ref)}, ${sql.ref(idRef)}) ${sql.raw(down ? '<' : '>')} (${cursor.key}::${sql.raw(CASTS[column.kind])}, ${cursor.id}::uuid)`
    page = page.where(edge)
  }
  const direction = down ? 'desc' : 'asc'
  const run = (part: typeof page) =>
    part
      .orderBy(sql.ref(column.ref), direction)
      .orderBy(sql.ref(idRef), direction)
      .limit(request.limit + 1)
      .execute()
  const parts = partsOf(page, eachOf)
  const found = await Promise.all(parts.map(run))
  const rows =
    found.length === 1
      ? (found[0] ?? [])
      : inOrder(found.flat(), (row) => ('sort_key' in row ? row.sort_key : ''), down).slice(0, request.limit + 1)
  const more = rows.length > request.limit
  const items = rows.slice(0, request.limit)
  if (back) items.reverse()
  const cursorAt = (row: (typeof items)[number] | undefined, goBack: boolean): string | null =>
    row && 'sort_key' in row ? encode({ back: goBack, sort: request.sort, key: row.sort_key, id: row.id }) : null
  return {
    items: items as unknown[] as Row[],
    nextCursor: (back ? cursor !== undefined : more) ? cursorAt(items.at(-1), false) : null,
    prevCursor: (back ? more : cursor !== undefined) ? cursorAt(items[0], true) : null,
  }
}
