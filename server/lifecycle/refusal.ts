/** What is possible from where an entity stands, for the person who asks. */
export interface PossibleTransition {
  event: string
  to: string
  label: string
  /** Set when a rule refuses it now: shown, but not offered as a button. */
  refusedBy?: { rule: string; text: string }
  /** Fields the person must give with it. */
  needs: string[]
}

export interface TransitionFacts {
  from: string
  newStatus: string
  /** The name of the rule that refused, e.g. `depositSettled`. */
  rule: string
  possible: string[]
}
