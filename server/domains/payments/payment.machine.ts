import { setup } from 'xstate'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'
import { allHold, type RuleNames, type Rules } from '#server/lifecycle/rules.ts'

/** What the rules of a payment look at. Amounts in minor units. */
export interface PaymentFacts {
  isRefund: boolean
  amount: number
  /** Given back of it so far. */
  refunded: number
  /** A dispute is being fought over. */
  disputed: boolean
}

const rules = {
  isMoneyIn: (facts) => (facts.isRefund ? 'A refund is not itself refunded or disputed.' : null),
  isMoneyOut: (facts) =>
    facts.isRefund ? null : 'Money that was received does not fail afterwards; it is refunded or disputed.',
  nothingRefunded: (facts) => (facts.refunded === 0 ? null : 'Some of it has been given back.'),
  partRefunded: (facts) =>
    facts.refunded > 0 && facts.refunded < facts.amount ? null : 'What was given back is not a part of it.',
  allRefunded: (facts) => (facts.refunded >= facts.amount ? null : 'Not all of it has been given back.'),
  inDispute: (facts) => (facts.disputed ? null : 'There is no dispute under way.'),
  noDispute: (facts) => (facts.disputed ? 'A dispute is under way.' : null),
} satisfies Rules<PaymentFacts>

type RuleName = keyof typeof rules
const when = (...all: RuleName[]) => ({ type: 'rules' as const, params: { all } })
/** Nobody's button: what the provider says. */
const told = (label: string) => ({ meta: { label, automatic: true } })

const onTheWay = {
  SUCCEED: { target: 'succeeded', ...told('Succeeded') },
  CANCEL: { target: 'cancelled', ...told('Cancelled') },
}
const KEPT = { target: 'succeeded', guard: when('nothingRefunded', 'noDispute'), ...told('All of it is ours again') }
const PARTLY = { target: 'partly_refunded', guard: when('isMoneyIn', 'partRefunded', 'noDispute'), ...told('Partly refunded') }
const WHOLLY = { target: 'refunded', guard: when('isMoneyIn', 'allRefunded', 'noDispute'), ...told('Refunded') }
const FOUGHT = { target: 'disputed', guard: when('isMoneyIn', 'inDispute'), ...told('Disputed') }

/**
 * A payment, and a refund as one of its own: every step is taken because the provider (or, for money that changed hands,
 * a person who wrote it down) said so. The browser's return changes nothing.
 */
const machine = setup({
  types: {
    context: {} as PaymentFacts,
    input: {} as PaymentFacts,
    events: {} as {
      type: 'ASK' | 'WAIT' | 'FAIL' | 'REVERSE' | 'SUCCEED' | 'CANCEL' | 'KEEP' | 'REFUND_PART' | 'REFUND' | 'DISPUTE'
    },
  },
  guards: { rules: ({ context }, params: RuleNames) => allHold<PaymentFacts>(rules, context, params.all) },
}).createMachine({
  id: 'payment',
  context: ({ input }) => input,
  initial: 'pending',
  states: {
    pending: {
      on: {
        ...onTheWay,
        ASK: { target: 'requires_action', ...told('The bank asks') },
        FAIL: { target: 'failed', ...told('Failed') },
      },
    },
    requires_action: {
      on: { ...onTheWay, WAIT: { target: 'pending', ...told('Waiting') }, FAIL: { target: 'failed', ...told('Failed') } },
    },
    // Not the end: another card may be tried on the same payment.
    failed: {
      on: {
        ...onTheWay,
        WAIT: { target: 'pending', ...told('Waiting') },
        ASK: { target: 'requires_action', ...told('The bank asks') },
      },
    },
    succeeded: {
      on: {
        REFUND_PART: PARTLY,
        REFUND: WHOLLY,
        DISPUTE: FOUGHT,
        REVERSE: { target: 'failed', guard: when('isMoneyOut'), ...told('Came back') },
      },
    },
    partly_refunded: { on: { KEEP: KEPT, REFUND: WHOLLY, DISPUTE: FOUGHT } },
    refunded: { on: { KEEP: KEPT, REFUND_PART: PARTLY, DISPUTE: FOUGHT } },
    disputed: { on: { KEEP: KEPT, REFUND_PART: PARTLY, REFUND: WHOLLY } },
    cancelled: { type: 'final' },
  },
})

/** What a person wrote down has already happened: it begins as succeeded. */
export const paymentLifecycle = defineLifecycle<PaymentFacts>('payment', machine, rules, ['pending', 'succeeded'])
