import { setup } from 'xstate'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'
import { allHold, type RuleNames, type Rules } from '#server/lifecycle/rules.ts'

/** What the rules of an inquiry look at; loaded under its lock. */
export interface InquiryFacts {
  depositAmount: number | null
  waived: boolean
  clientBlacklisted: boolean
  /** Status of the live booking that came of it, if there is one. */
  bookingStatus: string | null
}

const BOOKED = ['confirmed', 'in_progress', 'completed']

const rules = {
  clientWelcome: (facts) =>
    facts.clientBlacklisted ? 'This client is on the blacklist. Remove the tag first if that is wrong.' : null,
  depositOrWaiver: (facts) =>
    facts.waived || (facts.depositAmount !== null && facts.depositAmount > 0)
      ? null
      : 'It needs a deposit amount, or a waiver with a reason by someone who may waive.',
  bookingConfirmed: (facts) =>
    facts.bookingStatus !== null && BOOKED.includes(facts.bookingStatus)
      ? null
      : 'There is no confirmed booking yet. It is converted by itself when its booking is confirmed; use “Convert to booking”.',
  noConfirmedBooking: (facts) =>
    facts.bookingStatus !== null && BOOKED.includes(facts.bookingStatus)
      ? 'It has a confirmed booking. Cancel the booking first.'
      : null,
} satisfies Rules<InquiryFacts>

type RuleName = keyof typeof rules
const when = (...all: RuleName[]) => ({ type: 'rules' as const, params: { all } })

const machine = setup({
  types: {
    context: {} as InquiryFacts,
    input: {} as InquiryFacts,
    events: {} as { type: 'QUALIFY' | 'MARK_SPAM' | 'PROPOSE' | 'AGREE' | 'CONVERT' | 'LOSE' },
  },
  guards: { rules: ({ context }, params: RuleNames) => allHold<InquiryFacts>(rules, context, params.all) },
  actions: { holdBooking: () => {}, cancelBooking: () => {} },
}).createMachine({
  id: 'inquiry',
  context: ({ input }) => input,
  initial: 'new',
  states: {
    new: {
      on: {
        QUALIFY: { target: 'qualified', meta: { label: 'Qualify' } },
        MARK_SPAM: { target: 'spam', meta: { label: 'Spam' } },
      },
    },
    qualified: {
      on: {
        PROPOSE: { target: 'awaiting_client', guard: when('clientWelcome'), meta: { label: 'Await client' } },
        LOSE: { target: 'lost', actions: 'cancelBooking', meta: { label: 'Lost', needs: ['reason'] } },
      },
    },
    awaiting_client: {
      on: {
        AGREE: {
          target: 'awaiting_deposit',
          guard: when('clientWelcome', 'depositOrWaiver'),
          actions: 'holdBooking',
          meta: { label: 'Client agreed', needs: ['deposit'], asks: ['depositOrWaiver'] },
        },
        LOSE: {
          target: 'lost',
          guard: when('noConfirmedBooking'),
          actions: 'cancelBooking',
          meta: { label: 'Lost', needs: ['reason'] },
        },
      },
    },
    awaiting_deposit: {
      on: {
        CONVERT: {
          target: 'converted',
          guard: when('depositOrWaiver', 'bookingConfirmed'),
          meta: { label: 'Converted', automatic: true },
        },
        LOSE: {
          target: 'lost',
          guard: when('noConfirmedBooking'),
          actions: 'cancelBooking',
          meta: { label: 'Lost', needs: ['reason'] },
        },
      },
    },
    converted: { type: 'final' },
    lost: { type: 'final' },
    spam: { type: 'final' },
  },
})

export const inquiryLifecycle = defineLifecycle<InquiryFacts>('inquiry', machine, rules)
