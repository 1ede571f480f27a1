import { setup } from 'xstate'
import type { DepositStatus, ModelStatus } from '#db/tables/index.ts'
import type { TimeDecision, TimeReason } from '#server/domains/availability/index.ts'
import { defineLifecycle } from '#server/lifecycle/lifecycle.ts'
import { allHold, type RuleNames, type Rules } from '#server/lifecycle/rules.ts'

/** What the rules of a booking look at; loaded under its lock. */
export interface BookingFacts {
  now: Date
  startsAt: Date
  endsAt: Date
  depositAmount: number | null
  depositStatus: DepositStatus
  depositDeadlineAt: Date | null
  waived: boolean
  modelName: string
  modelStatus: ModelStatus
  clientBlacklisted: boolean
  /** What of somebody else's lies over this time; null when free or not yet looked up. */
  overlap: Partial<Pick<TimeReason, 'from' | 'to'>> | null
  /** A rule of availability that forbids this time and was not set aside. */
  forbidden?: Pick<TimeReason, 'rule' | 'text'> | null
  /** What the engine said under the lock; null when the booking has its time already. */
  judged?: JudgedTime | null
}

export interface JudgedTime {
  decision: TimeDecision
  /** Forbids it still. */
  left: readonly TimeReason[]
  /** Would forbid it, and someone who may has set it aside. */
  aside: readonly TimeReason[]
}

/** A booking may start this long before its agreed time. */
export const START_TOLERANCE_MINUTES = 15

const rules = {
  modelNotSuspended: (facts) =>
    facts.modelStatus === 'suspended' ? `${facts.modelName} is suspended and takes no new bookings. Choose another model.` : null,
  clientWelcome: (facts) =>
    facts.clientBlacklisted ? 'This client is on the blacklist. Remove the tag first if that is wrong.' : null,
  notOverYet: (facts) => (facts.endsAt <= facts.now ? 'The booked time is already over.' : null),
  depositSet: (facts) =>
    facts.depositAmount !== null && facts.depositAmount > 0
      ? null
      : 'There is no deposit amount. Set one, or waive the deposit and confirm directly.',
  depositSettled: (facts) =>
    facts.waived || facts.depositStatus === 'paid'
      ? null
      : facts.depositAmount === null
        ? 'No deposit is set and none is waived. Set a deposit, or have someone who may waive it give a reason.'
        : 'The deposit has not been paid. Record the payment, or have someone who may waive it give a reason.',
  timeIsFree: (facts) => (facts.overlap ? `${facts.modelName} is not free at that time.` : null),
  timeIsAllowed: (facts) => facts.forbidden?.text ?? null,
  deadlinePassed: (facts) => {
    const deadline = facts.depositDeadlineAt ?? facts.startsAt
    return deadline <= facts.now ? null : 'Its deadline has not passed. Cancel it if it is no longer wanted.'
  },
  notTooEarly: (facts) =>
    facts.now.getTime() >= facts.startsAt.getTime() - START_TOLERANCE_MINUTES * 60_000
      ? null
      : `It can start at most ${START_TOLERANCE_MINUTES} minutes before its agreed time.`,
  startHasPassed: (facts) => (facts.now >= facts.startsAt ? null : 'A no-show can only be said after the agreed start.'),
} satisfies Rules<BookingFacts>

type RuleName = keyof typeof rules
const when = (...all: RuleName[]) => ({ type: 'rules' as const, params: { all } })

const machine = setup({
  types: {
    context: {} as BookingFacts,
    input: {} as BookingFacts,
    events: {} as { type: 'SUBMIT' | 'REQUIRE_DEPOSIT' | 'CONFIRM' | 'START' | 'COMPLETE' | 'CANCEL' | 'EXPIRE' | 'NO_SHOW' },
  },
  guards: { rules: ({ context }, params: RuleNames) => allHold<BookingFacts>(rules, context, params.all) },
  // Actions are names; bookings/booking.lifecycle.ts carries them out in the same transaction.
  actions: { holdTime: () => {}, bookTime: () => {}, releaseTime: () => {}, convertInquiry: () => {}, settleMoney: () => {} },
}).createMachine({
  id: 'booking',
  context: ({ input }) => input,
  initial: 'draft',
  states: {
    draft: {
      on: {
        SUBMIT: { target: 'pending', guard: when('modelNotSuspended', 'clientWelcome'), meta: { label: 'Submit' } },
        CANCEL: { target: 'cancelled', actions: ['releaseTime', 'settleMoney'], meta: { label: 'Cancel', needs: ['reason'] } },
      },
    },
    pending: {
      on: {
        REQUIRE_DEPOSIT: {
          target: 'deposit_required',
          guard: when('modelNotSuspended', 'clientWelcome', 'notOverYet', 'depositSet', 'timeIsFree', 'timeIsAllowed'),
          actions: 'holdTime',
          meta: { label: 'Hold for deposit', needs: ['deposit'], asks: ['depositSet'] },
        },
        CONFIRM: {
          target: 'confirmed',
          guard: when('modelNotSuspended', 'clientWelcome', 'depositSettled', 'timeIsFree', 'timeIsAllowed'),
          actions: ['bookTime', 'convertInquiry'],
          meta: { label: 'Confirm' },
        },
        CANCEL: { target: 'cancelled', actions: ['releaseTime', 'settleMoney'], meta: { label: 'Cancel', needs: ['reason'] } },
        EXPIRE: {
          target: 'expired',
          guard: when('deadlinePassed'),
          actions: 'releaseTime',
          meta: { label: 'Expire', automatic: true },
        },
      },
    },
    deposit_required: {
      on: {
        CONFIRM: {
          target: 'confirmed',
          guard: when('modelNotSuspended', 'depositSettled', 'timeIsFree'),
          actions: ['bookTime', 'convertInquiry'],
          meta: { label: 'Confirm' },
        },
        CANCEL: { target: 'cancelled', actions: ['releaseTime', 'settleMoney'], meta: { label: 'Cancel', needs: ['reason'] } },
        EXPIRE: {
          target: 'expired',
          guard: when('deadlinePassed'),
          actions: 'releaseTime',
          // Taken back only by money that comes late: see rehold.ts.
          meta: { label: 'Expire', automatic: true, undoable: true },
        },
      },
    },
    confirmed: {
      on: {
        START: { target: 'in_progress', guard: when('notTooEarly'), meta: { label: 'Start' } },
        CANCEL: { target: 'cancelled', actions: ['releaseTime', 'settleMoney'], meta: { label: 'Cancel', needs: ['reason'] } },
        NO_SHOW: { target: 'no_show', guard: when('startHasPassed'), actions: 'releaseTime', meta: { label: 'No-show' } },
      },
    },
    in_progress: {
      on: {
        COMPLETE: { target: 'completed', actions: 'releaseTime', meta: { label: 'Complete' } },
        CANCEL: { target: 'cancelled', actions: ['releaseTime', 'settleMoney'], meta: { label: 'Cancel', needs: ['reason'] } },
      },
    },
    completed: { type: 'final' },
    cancelled: { type: 'final' },
    no_show: { type: 'final' },
    expired: { type: 'final' },
  },
})

export const bookingLifecycle = defineLifecycle<BookingFacts>('booking', machine, rules)
