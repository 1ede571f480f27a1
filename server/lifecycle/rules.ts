/**
 * A rule of a lifecycle: null when the facts allow the step, else the sentence that tells a person why not and what
 * would make it possible. Rules are pure; the facts are loaded under the entity's lock.
 */
export type Rule<Facts> = (facts: Facts) => string | null
export type Rules<Facts> = Readonly<Record<string, Rule<Facts>>>

/** Parameters of the machines' one guard: the rules that must all hold, in the order they are asked. */
export interface RuleNames {
  all: readonly string[]
}

export function allHold<Facts>(rules: Rules<Facts>, facts: Facts, names: readonly string[]): boolean {
  return names.every((name) => requireRule(rules, name)(facts) === null)
}

export function requireRule<Facts>(rules: Rules<Facts>, name: string): Rule<Facts> {
  const rule = rules[name]
  if (!rule) throw new Error(`unknown rule ${name}`)
  return rule
}

/** What a transition says of itself besides its target: words for the button, fields it needs, whose it is. */
export interface TransitionMeta {
  label: string
  /** Fields a person must give: reason, resolution, deposit. */
  needs?: readonly string[]
  /** Rules that those fields answer: the step is offered although they refuse it without. */
  asks?: readonly string[]
  /** Not offered as a button: only the clock or another operation asks for it. */
  automatic?: boolean
  /** Who took it may take it back for some minutes: see lifecycle/undo.ts. */
  undoable?: boolean
}
