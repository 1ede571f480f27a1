import { type RawBuilder, sql } from 'kysely'
import type { SearchKind } from './search.policy.ts'
import type { WordChoice } from './word-query.ts'

/** For each word asked, how many rows of each kind have it, where that is many; and how many rows a kind has. */
export interface Commonness {
  words: Partial<Record<SearchKind, number>>[]
  rows: Partial<Record<SearchKind, number>>
}

/** Sorts after every letter of every script. */
export const END = '\u{10FFFD}'

/** Reads `Commonness` for these choices; a column of a SELECT. */
export function commonnessOf(choices: RawBuilder<unknown>, letters: readonly string[]): RawBuilder<unknown> {
  return sql`jsonb_build_object(
    'words', (select coalesce(jsonb_agg(coalesce((select jsonb_object_agg(kind, hits) from (
        select s.kind, sum(s.hits) as hits from jsonb_array_elements_text(choice) as word, unnest(${letters}::text[]) as letter, search_common s
        where s.lexeme >= letter || word and s.lexeme < letter || word || ${END} group by s.kind) k), '{}') order by ord), '[]')
      from jsonb_array_elements(${choices}) with ordinality as c (choice, ord)),
    'rows', (select jsonb_object_agg(split_part(relname, '_', 2), greatest(reltuples, 1)) from pg_class
      where relname like 'search!_%!_words' escape '!' and relkind = 'r' and relnamespace = 'public'::regnamespace))`
}

export function choicesAsJson(choices: readonly WordChoice[]): RawBuilder<unknown> {
  return sql`${JSON.stringify(choices)}::jsonb`
}

/** Measured on a million rows: one entry of a posting list, one found row visited, one row walked; in microseconds. */
const COST = { entry: 0.25, visit: 1.5, walked: 2.5 } as const

/**
 * Whether the newest `wanted` rows are sooner met by walking back in time than by reading the whole lists of the words.
 * As if words fell independently of each other.
 */
export function isWalkSooner({ words, rows }: Commonness, kind: SearchKind, wanted: number): boolean {
  const all = rows[kind] ?? 1
  const hits = words.map((word) => Math.min(all, word[kind] ?? 0))
  if (hits.some((count) => count === 0)) return false
  const together = hits.reduce((left, count) => left * (count / all), all)
  const walk = ((wanted * all) / Math.max(together, 1)) * COST.walked
  const lists = hits.reduce((sum, count) => sum + count, 0) * COST.entry + together * COST.visit
  return walk < lists
}
