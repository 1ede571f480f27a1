import { setup } from 'xstate'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'
import { allHold, type RuleNames, type Rules } from '#server/lifecycle/rules.ts'

export interface ExceptionFacts {
  resolution: string | null
}

const rules = {
  resolutionGiven: (facts) => (facts.resolution ? null : 'Say how it was resolved.'),
  reasonGiven: (facts) => (facts.resolution ? null : 'Say why it is dismissed.'),
} satisfies Rules<ExceptionFacts>

type RuleName = keyof typeof rules
const when = (...all: RuleName[]) => ({ type: 'rules' as const, params: { all } })

const machine = setup({
  types: {
    context: {} as ExceptionFacts,
    input: {} as ExceptionFacts,
    events: {} as { type: 'INVESTIGATE' | 'RESOLVE' | 'DISMISS' },
  },
  guards: { rules: ({ context }, params: RuleNames) => allHold<ExceptionFacts>(rules, context, params.all) },
  actions: { assignToActor: () => {} },
}).createMachine({
  id: 'exception',
  context: ({ input }) => input,
  initial: 'open',
  states: {
    open: {
      on: { INVESTIGATE: { target: 'investigating', actions: 'assignToActor', meta: { undoable: true, label: 'Investigate' } } },
    },
    investigating: {
      on: {
        RESOLVE: {
          target: 'resolved',
          guard: when('resolutionGiven'),
          meta: { undoable: true, label: 'Resolve', needs: ['resolution'], asks: ['resolutionGiven'] },
        },
        DISMISS: {
          target: 'dismissed',
          guard: when('reasonGiven'),
          meta: { undoable: true, label: 'Dismiss', needs: ['reason'], asks: ['reasonGiven'] },
        },
      },
    },
    resolved: { type: 'final' },
    dismissed: { type: 'final' },
  },
})

export const exceptionLifecycle = defineLifecycle<ExceptionFacts>('exception', machine, rules)
