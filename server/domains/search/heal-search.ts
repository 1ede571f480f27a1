import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { SEARCH_KINDS, type SearchKind } from './search.policy.ts'

const PAGE = 500
const TERMS = 500
const FIRST = '00000000-0000-0000-0000-000000000000'

export interface HealOptions {
  /** Only entities made since; all without it. */
  since?: Date
  signal?: AbortSignal
  onPage?: (kind: SearchKind, last: string | null) => void
}

/** The smallest UUIDv7 of a moment. */
function idAt(at: Date): string {
  const time = at.getTime().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000000`
}

/**
 * Makes the search index what it should be, page by page, each in a transaction of its own, while everything goes on.
 * Answers how many rows of it were missing, stale or left over.
 */
export async function healSearch(db: Db, { since, signal, onPage }: HealOptions = {}): Promise<number> {
  let mended = 0
  for (const kind of SEARCH_KINDS) {
    let after: string | null = since ? idAt(since) : FIRST
    while (after !== null && !signal?.aborted) {
      const { rows }: { rows: { last: string | null; mended: number }[] } = await sql<{ last: string | null; mended: number }>`
        select last, mended from ${sql.raw(`search_${kind}_heal`)}(${after}::uuid, ${PAGE})`.execute(db)
      after = rows[0]?.last ?? null
      mended += rows[0]?.mended ?? 0
      onPage?.(kind, after)
    }
  }
  return mended
}

/** Takes words nobody has any more out of the dictionary of typos, and learns anew which words are common. */
export async function tidySearch(db: Db, signal?: AbortSignal): Promise<void> {
  let after: string | null = ''
  while (after !== null && !signal?.aborted) {
    const { rows }: { rows: { last: string | null }[] } = await sql<{ last: string | null }>`
      select search_prune(${after}, ${TERMS}) as last`.execute(db)
    after = rows[0]?.last ?? null
  }
  await sql`select search_tidy()`.execute(db)
}
