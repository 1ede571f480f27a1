import { sql } from 'kysely'
import type { CallCtx } from '#server/trpc/init.ts'
import { END } from './commonness.ts'
import { nearest, type WordChoice } from './word-query.ts'

function isCorrectable(word: string): boolean {
  return word.length >= 3 && !/\d/.test(word)
}

/**
 * What words nobody has may have meant: of those not in the dictionary the nearest that are, the others as typed.
 * Only among words this actor may read. Undefined when nothing is near.
 */
export async function correctWords(
  ctx: CallCtx,
  words: readonly string[],
  letters: readonly string[],
): Promise<WordChoice[] | undefined> {
  if (!words.some(isCorrectable)) return undefined
  const { rows } = await sql<{ known: boolean; near: string[] }>`
    select exists (select 1 from search_terms t where t.term >= w.word and t.term < w.word || ${END} and t.letter = any(${letters}::text[])) as known,
      array(select term from (select n.term, min(n.far) as far from (
        select t.term, t.term <-> w.word as far from search_terms t where t.letter = any(${letters}::text[]) order by t.term <-> w.word limit 40) n
        group by n.term) n order by far, term) as near
    from unnest(${words}::text[]) with ordinality as w (word, ord) order by ord`.execute(ctx.db)
  const choices = words.map((word, at): WordChoice => {
    const row = rows[at]
    if (!row || row.known || !isCorrectable(word)) return [word]
    const near = nearest(word, row.near, at === words.length - 1)
    return near.length > 0 ? near : [word]
  })
  return choices.some((choice, at) => choice.length > 1 || choice[0] !== words[at]) ? choices : undefined
}
