import { type RawBuilder, sql } from 'kysely'

/** At most this many rows are candidates by one way of being meant. */
export const MOST_CANDIDATES = 2_000

/**
 * The row is one of those any of these ways finds; each way is a SELECT of ids with an index of its own and a limit.
 * They are collected into an array first, so that the list is then read by key: joined by OR or IN, PostgreSQL expects
 * to meet a match soon and walks the whole list in its order (1 M rows: 1–2 s; this way 2 ms).
 */
export function isOneOf(idRef: string, ways: readonly RawBuilder<string>[]): RawBuilder<boolean> {
  const found = sql.join(
    ways.map((way) => sql`(${way})`),
    sql` union all `,
  )
  return sql<boolean>`${sql.ref(idRef)} = any(array(${found}))`
}

/** What people type, as a pattern that finds it anywhere in lower-case text. */
export function partOf(words: string): string {
  return `%${words.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
}

/** A ref as people type it: with or without #, in any case. */
export function refIn(words: string): string {
  return words.replace(/^#/, '').toUpperCase()
}
