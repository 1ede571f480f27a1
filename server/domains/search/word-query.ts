/** One word as asked, or what it may have meant instead. */
export type WordChoice = readonly string[]

/** A lexeme is letters and digits, folded by search_fold; quoted all the same. */
function lexeme(letter: string, word: string): string {
  return `'${letter}${word.replace(/['\\]/g, '')}':*`
}

/** Every word must begin a word of the row; each may be under any of these letters. */
export function tsquery(choices: readonly WordChoice[], letters: readonly string[]): string {
  return choices.map((words) => `(${words.flatMap((word) => letters.map((letter) => lexeme(letter, word))).join('|')})`).join('&')
}

/**
 * Edits between two words: a letter more, less, another, or two swapped. For a word still being typed, `open`, what it
 * has not reached yet costs nothing.
 */
export function distance(typed: string, term: string, open: boolean): number {
  const a = [...typed]
  const b = [...term]
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const above = rows[i - 1] ?? []
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  const last = rows[a.length] ?? []
  return open ? Math.min(...last.slice(Math.max(0, a.length - 1))) : (last[b.length] ?? 0)
}

/** How many edits a word of this length may be away: in a short one two are another word. */
function mostEdits(word: string): number {
  return word.length <= 4 ? 1 : 2
}

const MOST_CHOICES = 4

/** The nearest terms, those nearer to the whole word first; empty when none is near. */
export function nearest(word: string, terms: readonly string[], isLast: boolean): string[] {
  const scored = terms
    .map((term) => ({
      term,
      edits: distance(word, term, false),
      open: isLast ? distance(word, term, true) : Number.POSITIVE_INFINITY,
    }))
    .map(({ term, edits, open }) => ({ term, edits: Math.min(edits, open), whole: edits }))
    .filter(({ edits }) => edits <= mostEdits(word))
    .sort((a, b) => a.edits - b.edits || a.whole - b.whole)
  const [best] = scored
  if (!best) return []
  return scored
    .filter(({ edits }) => edits === best.edits)
    .slice(0, MOST_CHOICES)
    .map(({ term }) => term)
}
