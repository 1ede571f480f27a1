import { AppError } from '#server/errors.ts'
import type { Edge } from './lifecycle.ts'
import { type Rules, requireRule } from './rules.ts'

/** The event of every way back. No machine takes it: a person who undoes is no new step of the work. */
export const UNDO = 'UNDO'
/** How long one may take back what one did. */
export const UNDO_MINUTES = 5

/** Loaded under the item's lock. */
export interface UndoFacts {
  /** What was done, in words. */
  label: string
  isTheirs: boolean
  isUndone: boolean
  /** Its minutes are over. */
  isLate: boolean
  /** Someone or something changed the item since; who, if known. */
  movedOnBy: string | null
  /** Work that began because of it. */
  hasFollowed: boolean
}

const rules = {
  ownAct: (facts) => (facts.isTheirs ? null : 'Only who did it may take it back.'),
  notUndoneYet: (facts) => (facts.isUndone ? 'This is already undone.' : null),
  withinTheWindow: (facts) =>
    facts.isLate ? `“${facts.label}” can be undone for ${UNDO_MINUTES} minutes; they are over.` : null,
  nothingMovedOn: (facts) =>
    facts.movedOnBy === null ? null : `${facts.movedOnBy} changed it since, so “${facts.label}” can no longer be undone.`,
  nothingFollowed: (facts) => (facts.hasFollowed ? 'Something else has followed from it already.' : null),
} satisfies Rules<UndoFacts>

const ALL = Object.keys(rules) as (keyof typeof rules)[]

/** The way back of each step that says it can be taken back. */
export function undoEdgesOf(edges: readonly Edge[]): Edge[] {
  return edges
    .filter((edge) => edge.meta.undoable)
    .map(({ from, to, meta }) => ({
      from: to,
      to: from,
      event: UNDO,
      rules: ALL,
      actions: [],
      meta: { label: `Undo ${meta.label}` },
    }))
}

/** Throws `conflict` with the first rule that refuses, in words. */
export function requireUndoable(facts: UndoFacts): void {
  for (const name of ALL) {
    const text = requireRule(rules, name)(facts)
    if (text !== null) throw new AppError('conflict', text, { rule: name })
  }
}

/** The states an undo passes on its way back, the last one included; undefined when a step on the way has none. */
export function wayBack(undoEdges: readonly Edge[], from: string, to: string): string[] | undefined {
  if (from === to) return []
  const seen = new Map<string, string[]>([[from, []]])
  for (const [state, way] of seen) {
    for (const edge of undoEdges) {
      if (edge.from !== state || seen.has(edge.to)) continue
      if (edge.to === to) return [...way, to]
      seen.set(edge.to, [...way, edge.to])
    }
  }
  return undefined
}
