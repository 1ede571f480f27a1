import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { setup } from 'xstate'
import { type BookingFacts, bookingLifecycle } from '#server/domains/bookings/booking.machine.ts'
import { type ExceptionFacts, exceptionLifecycle } from '#server/domains/exceptions/exception.machine.ts'
import { type InquiryFacts, inquiryLifecycle } from '#server/domains/inquiries/inquiry.machine.ts'
import { type ModelFacts, modelLifecycle } from '#server/domains/models/model.machine.ts'
import { type PaymentFacts, paymentLifecycle } from '#server/domains/payments/payment.machine.ts'
import { type TaskFacts, taskLifecycle } from '#server/domains/tasks/task.machine.ts'
import { AppError } from '#server/errors.ts'
import { decide, defineLifecycle, type Lifecycle } from '#server/lifecycle/lifecycle.ts'
import { allows, LIFECYCLE_MODELS, type LifecycleModel, statesOf, stepsOf, stepsOfModel } from '#tests/support/lifecycle-model.ts'

const RUNS = 1_000
const COMMANDS = 50
const seed = Number(process.env.VIREL_SEED ?? Date.now() % 1_000_000_000)
process.stdout.write(`R5: seed ${seed}\n`)

function modelOf(noun: string): LifecycleModel {
  const model = LIFECYCLE_MODELS.find((candidate) => candidate.noun === noun)
  if (!model) throw new Error(`no model of a ${noun}`)
  return model
}

interface Case<Facts> {
  lifecycle: Lifecycle<Facts>
  facts: fc.Arbitrary<Facts>
  /** Facts with which no rule refuses anything. */
  permissive: Facts[]
  /** The guards in the test's own words: whether they let this step pass. */
  guard: (from: string, to: string, facts: Facts) => boolean
}

const minute = 60_000
const now = new Date('2026-12-25T19:00:00Z')
const around = fc.integer({ min: -180, max: 180 }).map((minutes) => new Date(now.getTime() + minutes * minute))

const booking: Case<BookingFacts> = {
  lifecycle: bookingLifecycle,
  facts: fc.record({
    now: fc.constant(now),
    startsAt: around,
    endsAt: around,
    depositAmount: fc.option(fc.integer({ min: 0, max: 5 })),
    depositStatus: fc.constantFrom('none', 'pending', 'paid', 'failed'),
    depositDeadlineAt: fc.option(around),
    waived: fc.boolean(),
    modelName: fc.constant('Sophia'),
    modelStatus: fc.constantFrom('active', 'active', 'inactive', 'suspended'),
    clientBlacklisted: fc.constantFrom(false, false, false, true),
    overlap: fc.option(fc.constant({ from: now, to: now }), { freq: 3 }),
  }),
  permissive: [
    {
      now,
      startsAt: now,
      endsAt: new Date(now.getTime() + 60 * minute),
      depositAmount: 5_000,
      depositStatus: 'paid',
      depositDeadlineAt: now,
      waived: false,
      modelName: 'Sophia',
      modelStatus: 'active',
      clientBlacklisted: false,
      overlap: null,
    },
  ],
  guard(from, to, facts) {
    const takesBookings = facts.modelStatus !== 'suspended'
    const settled = facts.waived || facts.depositStatus === 'paid'
    const late = facts.now.getTime() - facts.startsAt.getTime()
    switch (to) {
      case 'pending':
        return takesBookings && !facts.clientBlacklisted
      case 'deposit_required':
        return (
          takesBookings &&
          !facts.clientBlacklisted &&
          facts.endsAt > facts.now &&
          (facts.depositAmount ?? 0) > 0 &&
          !facts.overlap
        )
      case 'confirmed':
        return takesBookings && settled && !facts.overlap && (from !== 'pending' || !facts.clientBlacklisted)
      case 'expired':
        return (facts.depositDeadlineAt ?? facts.startsAt) <= facts.now
      case 'in_progress':
        return late >= -15 * minute
      case 'no_show':
        return late >= 0
      default:
        return true
    }
  },
}

const inquiry: Case<InquiryFacts> = {
  lifecycle: inquiryLifecycle,
  facts: fc.record({
    depositAmount: fc.option(fc.integer({ min: 0, max: 3 })),
    waived: fc.boolean(),
    clientBlacklisted: fc.constantFrom(false, false, true),
    bookingStatus: fc.option(fc.constantFrom(...statesOf(modelOf('booking')))),
  }),
  permissive: [
    { depositAmount: 1, waived: false, clientBlacklisted: false, bookingStatus: 'confirmed' },
    { depositAmount: 1, waived: false, clientBlacklisted: false, bookingStatus: null },
  ],
  guard(from, to, facts) {
    const booked = ['confirmed', 'in_progress', 'completed'].includes(facts.bookingStatus ?? '')
    const agreed = facts.waived || (facts.depositAmount ?? 0) > 0
    switch (to) {
      case 'awaiting_client':
        return !facts.clientBlacklisted
      case 'awaiting_deposit':
        return !facts.clientBlacklisted && agreed
      case 'converted':
        return agreed && booked
      case 'lost':
        return from === 'qualified' || !booked
      default:
        return true
    }
  },
}

const exception: Case<ExceptionFacts> = {
  lifecycle: exceptionLifecycle,
  facts: fc.record({ resolution: fc.option(fc.constantFrom('', 'called them')) }),
  permissive: [{ resolution: 'called them' }],
  guard: (_from, to, facts) => to === 'investigating' || Boolean(facts.resolution),
}
const task: Case<TaskFacts> = { lifecycle: taskLifecycle, facts: fc.constant({}), permissive: [{}], guard: () => true }
const model: Case<ModelFacts> = { lifecycle: modelLifecycle, facts: fc.constant({}), permissive: [{}], guard: () => true }

const payment: Case<PaymentFacts> = {
  lifecycle: paymentLifecycle,
  facts: fc.record({
    isRefund: fc.boolean(),
    amount: fc.constant(100),
    refunded: fc.constantFrom(0, 40, 100),
    disputed: fc.boolean(),
  }),
  permissive: [
    { isRefund: false, amount: 100, refunded: 0, disputed: false },
    { isRefund: false, amount: 100, refunded: 40, disputed: false },
    { isRefund: false, amount: 100, refunded: 100, disputed: false },
    { isRefund: false, amount: 100, refunded: 0, disputed: true },
    { isRefund: true, amount: 100, refunded: 0, disputed: false },
  ],
  guard(from, to, { isRefund, amount, refunded, disputed }) {
    const money = ['partly_refunded', 'refunded', 'disputed']
    if (money.includes(to) && isRefund) return false
    if (to === 'partly_refunded') return refunded > 0 && refunded < amount && !disputed
    if (to === 'refunded') return refunded >= amount && !disputed
    if (to === 'disputed') return disputed
    if (to === 'succeeded' && money.includes(from)) return refunded === 0 && !disputed
    if (to === 'failed' && from === 'succeeded') return isRefund
    return true
  },
}

/** Walks both with the same commands; throws at the first difference. */
function walk<Facts>(
  { lifecycle, guard }: Case<Facts>,
  table: LifecycleModel,
  start: string,
  commands: [string | number, Facts][],
): void {
  let state = start
  for (const [target, facts] of commands) {
    const next = table.edges[state] ?? []
    const to = typeof target === 'string' ? target : (next[target % Math.max(1, next.length)] ?? 'nonsense')
    const expected = allows(table, state, to) && guard(state, to, facts)
    let got: string | AppError
    try {
      got = decide(lifecycle, state, to, facts).to
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'transition_refused') throw error
      got = error
    }
    if (!(got instanceof AppError)) {
      if (!expected) throw new Error(`${table.noun}: ${state} → ${to} was allowed`)
      state = got
      continue
    }
    if (expected) throw new Error(`${table.noun}: ${state} → ${to} was refused: ${got.message}`)
    const { from, newStatus, rule, possible = [] } = got.facts
    if (from !== state || newStatus !== to || !rule) throw new Error(`${table.noun}: the refusal does not say what it refused`)
    const isInTable = allows(table, state, to)
    if ((rule === 'notInLifecycle' || rule === 'unknownStatus') === isInTable)
      throw new Error(`${table.noun}: wrong rule ${rule}`)
    // What is said to be possible is in the table, and everything the guards let pass is said to be possible.
    for (const next of possible) if (!allows(table, state, next)) throw new Error(`${next} is not possible from ${state}`)
    for (const next of table.edges[state] ?? []) {
      if (guard(state, next, facts) && !possible.includes(next)) throw new Error(`${next} is possible from ${state}, unsaid`)
    }
  }
}

function compare<Facts>(one: Case<Facts>, runs = RUNS): void {
  const table = modelOf(one.lifecycle.noun)
  const states = [...statesOf(table), 'nonsense', '']
  // A number is that one of the steps the table has from here: random states alone would mostly stand still.
  const target = fc.oneof({ weight: 1, arbitrary: fc.constantFrom(...states) }, { weight: 1, arbitrary: fc.nat(3) })
  const commands = fc.array(fc.tuple(target, one.facts), { minLength: COMMANDS, maxLength: COMMANDS, size: 'max' })
  fc.assert(
    fc.property(fc.constantFrom(...statesOf(table)), commands, (start, asked) => {
      walk(one, table, start, asked)
    }),
    { seed, numRuns: runs, includeErrorInReport: true },
  )
}

/** Differences between a machine and its model: states, steps, and what XState itself takes in each state. */
function differences<Facts>({ lifecycle, permissive }: Pick<Case<Facts>, 'lifecycle' | 'permissive'>): string[] {
  const table = modelOf(lifecycle.noun)
  const found: string[] = []
  const same = (what: string, got: readonly string[], want: readonly string[]) => {
    const [a, b] = [[...got].sort().join(', '), [...want].sort().join(', ')]
    if (a !== b) found.push(`${table.noun} ${what}: ${a} instead of ${b}`)
  }
  const names = lifecycle.states.map((state) => state.name)
  same('states', names, statesOf(table))
  same('initial states', lifecycle.initial, table.initial)
  same(
    'final states',
    lifecycle.states.filter((state) => state.final).map((state) => state.name),
    table.final,
  )
  same('steps', stepsOf(lifecycle.edges), stepsOfModel(table))
  const events = [...new Set(lifecycle.edges.map((edge) => edge.event))]
  for (const from of names) {
    const taken = events.filter((type) =>
      permissive.some((context) => lifecycle.machine.resolveState({ value: from, context }).can({ type })),
    )
    const listed = lifecycle.edges.filter((edge) => edge.from === from).map((edge) => edge.event)
    same(`events in ${from}`, taken, listed)
  }
  return found
}

describe('the lifecycles (R5)', () => {
  test('have the states and steps of the product description, and take no other event in any state', () => {
    expect(differences(inquiry)).toEqual([])
    expect(differences(booking)).toEqual([])
    expect(differences(task)).toEqual([])
    expect(differences(exception)).toEqual([])
    expect(differences(model)).toEqual([])
    expect(differences(payment)).toEqual([])
  })

  test.each([
    ['inquiry', () => compare(inquiry)],
    ['booking', () => compare(booking)],
    ['task', () => compare(task)],
    ['exception', () => compare(exception)],
    ['model', () => compare(model)],
    ['payment', () => compare(payment)],
  ])(`of %s does what its model does, ${RUNS} times ${COMMANDS} commands`, (_noun, run) => run(), 60_000)
})

describe('negative control: what was planted is noticed', () => {
  const to = (target: string) => ({ target })
  const planted = defineLifecycle<TaskFacts>(
    'task',
    setup({}).createMachine({
      id: 'task',
      initial: 'open',
      states: {
        open: { on: { START: to('in_progress'), CANCEL: to('cancelled'), SKIP: to('done') } },
        in_progress: { on: { COMPLETE: to('done'), RELEASE: to('open'), FAIL: to('failed'), CANCEL: to('cancelled') } },
        done: { type: 'final' },
        failed: { type: 'final' },
        cancelled: { type: 'final' },
      },
    }),
    {},
  )

  test('a step more, by the table and by the random walk', () => {
    const [difference] = differences({ lifecycle: planted, permissive: [{}] })
    expect(difference).toContain('open → done')
    expect(() => compare({ ...task, lifecycle: planted }, 200)).toThrow(/open → done was allowed|done is not possible from open/)
  })

  test('a guard left out, by the random walk', () => {
    const lenient: Lifecycle<ExceptionFacts> = {
      ...exceptionLifecycle,
      machine: exceptionLifecycle.machine.provide({ guards: { rules: () => true } }),
    }
    expect(() => compare({ ...exception, lifecycle: lenient }, 200)).toThrow('was allowed')
  })
})
