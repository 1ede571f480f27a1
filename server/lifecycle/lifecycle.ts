import { type AnyStateMachine, getNextTransitions } from 'xstate'
import { AppError } from '#server/errors.ts'
import type { PossibleTransition } from './refusal.ts'
import { type RuleNames, type Rules, requireRule, type TransitionMeta } from './rules.ts'
import { undoEdgesOf } from './undo.ts'

/** One row of a machine's table of transitions, read from its definition. */
export interface Edge {
  from: string
  to: string
  event: string
  rules: readonly string[]
  actions: readonly string[]
  meta: TransitionMeta
}

/** A lifecycle: its XState machine, the rules its guards name, and its table, computed once. */
export interface Lifecycle<Facts> {
  noun: string
  machine: AnyStateMachine
  rules: Rules<Facts>
  initial: readonly string[]
  states: readonly { name: string; final: boolean }[]
  edges: readonly Edge[]
  /** The way back of each step that can be taken back; not a step: only an undo goes here. */
  undoEdges: readonly Edge[]
}

interface StateConfig {
  type?: string
  on?: Record<string, EdgeConfig>
}
interface EdgeConfig {
  target: string
  guard?: { type: string; params: RuleNames }
  actions?: string | readonly string[]
  meta?: TransitionMeta
}

/**
 * Reads the table of transitions out of the machine. `initial` may name more states a new row may start in than the
 * machine's own (a model is made active or inactive).
 */
export function defineLifecycle<Facts>(
  noun: string,
  machine: AnyStateMachine,
  rules: Rules<Facts>,
  initial?: readonly string[],
): Lifecycle<Facts> {
  const states: { name: string; final: boolean }[] = []
  const edges: Edge[] = []
  for (const [name, node] of Object.entries(machine.config.states as Record<string, StateConfig>)) {
    states.push({ name, final: node.type === 'final' })
    for (const [event, edge] of Object.entries(node.on ?? {})) {
      if (edges.some((known) => known.from === name && known.to === edge.target)) {
        throw new Error(`${noun}: two ways from ${name} to ${edge.target}`)
      }
      edges.push({
        from: name,
        to: edge.target,
        event,
        rules: edge.guard?.params.all ?? [],
        actions: typeof edge.actions === 'string' ? [edge.actions] : (edge.actions ?? []),
        meta: edge.meta ?? { label: event },
      })
    }
  }
  return {
    noun,
    machine,
    rules,
    states,
    edges,
    undoEdges: undoEdgesOf(edges),
    initial: initial ?? [String(machine.config.initial)],
  }
}

function words(status: string): string {
  return status.replaceAll('_', ' ')
}

/**
 * Asks the machine whether `from` may become `to` with these facts. Returns the edge; throws `transition_refused`
 * with what was asked, the rule that refused and what is possible now. That an event leads where the table says is
 * held by a test over all edges, not asked again at each step.
 */
export function decide<Facts>(lifecycle: Lifecycle<Facts>, from: string, to: string, facts: Facts): Edge {
  const { noun, machine } = lifecycle
  const edge = lifecycle.edges.find((candidate) => candidate.from === from && candidate.to === to)
  if (!edge) {
    const known = lifecycle.states.some((state) => state.name === to)
    throw refusal(lifecycle, from, to, facts, known ? 'notInLifecycle' : 'unknownStatus', unreachable(noun, from, to, known))
  }
  const snapshot = machine.resolveState({ value: from, context: facts })
  const event = { type: edge.event }
  if (!snapshot.can(event)) {
    for (const name of edge.rules) {
      const text = requireRule(lifecycle.rules, name)(facts)
      if (text !== null) throw refusal(lifecycle, from, to, facts, name, text)
    }
    throw new Error(`${noun}: the machine refused ${edge.event} but no rule did`)
  }
  return edge
}

function unreachable(noun: string, from: string, to: string, known: boolean): string {
  if (!known) return `"${to}" is not a status of a ${noun}.`
  if (from === to) return `This ${noun} already is ${words(to)}.`
  return `A ${noun} that is ${words(from)} can not become ${words(to)}.`
}

function refusal<Facts>(
  lifecycle: Lifecycle<Facts>,
  from: string,
  to: string,
  facts: Facts,
  rule: string,
  why: string,
): AppError {
  const possible = possibleFrom(lifecycle, from, facts)
    // What was just refused is no way out, even where it would do with a field more: the sentence says which.
    .filter((candidate) => !candidate.refusedBy && candidate.to !== to)
    .map((candidate) => candidate.to)
  const now = possible.length > 0 ? `Possible now: ${possible.map(words).join(', ')}.` : `Nothing more can happen to it.`
  return new AppError('transition_refused', `${why} ${now}`, { from, newStatus: to, rule, possible })
}

/**
 * Every step out of `from`, each with the rule that refuses it now, if one does. What only the clock does is left out
 * while a rule refuses it: nobody waits for that button.
 */
export function possibleFrom<Facts>(lifecycle: Lifecycle<Facts>, from: string, facts: Facts): PossibleTransition[] {
  const snapshot = lifecycle.machine.resolveState({ value: from, context: facts })
  const targets = new Set(getNextTransitions(snapshot).map((definition) => definition.eventType))
  return lifecycle.edges
    .filter((edge) => edge.from === from && targets.has(edge.event))
    .flatMap((edge) => {
      const refusing = edge.rules.find(
        (name) => !edge.meta.asks?.includes(name) && requireRule(lifecycle.rules, name)(facts) !== null,
      )
      const text = refusing === undefined ? null : requireRule(lifecycle.rules, refusing)(facts)
      if (text !== null && edge.meta.automatic) return []
      const step = { event: edge.event, to: edge.to, label: edge.meta.label, needs: [...(edge.meta.needs ?? [])] }
      return refusing !== undefined && text !== null ? [{ ...step, refusedBy: { rule: refusing, text } }] : [step]
    })
}

/** The shortest way by the table alone; rules are asked at each step when it is walked. */
export function pathBetween(lifecycle: { edges: readonly Edge[] }, from: string, to: string): string[] | undefined {
  const seen = new Map<string, string | null>([[from, null]])
  const queue = [from]
  for (let state = queue.shift(); state !== undefined; state = queue.shift()) {
    if (state === to) break
    for (const edge of lifecycle.edges) {
      if (edge.from === state && !seen.has(edge.to)) {
        seen.set(edge.to, state)
        queue.push(edge.to)
      }
    }
  }
  if (!seen.has(to)) return undefined
  const path: string[] = []
  for (let step: string | null = to; step !== null && step !== from; step = seen.get(step) ?? null) path.unshift(step)
  return path
}
