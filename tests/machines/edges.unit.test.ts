import { expect, test } from 'vitest'
import { transition } from 'xstate'
import { bookingLifecycle } from '#server/domains/bookings/booking.machine.ts'
import { exceptionLifecycle } from '#server/domains/exceptions/exception.machine.ts'
import { inquiryLifecycle } from '#server/domains/inquiries/inquiry.machine.ts'
import { modelLifecycle } from '#server/domains/models/model.machine.ts'
import { paymentLifecycle } from '#server/domains/payments/payment.machine.ts'
import { taskLifecycle } from '#server/domains/tasks/task.machine.ts'
import { LIFECYCLES } from '#server/lifecycle/all.ts'

/** Facts under which every rule holds. */
const WILLING = {
  inquiry: { depositAmount: 1, waived: true, clientBlacklisted: false, bookingStatus: 'confirmed' },
  booking: {
    now: new Date('2026-01-01T12:00:00Z'),
    startsAt: new Date('2026-01-01T11:00:00Z'),
    endsAt: new Date('2026-01-01T13:00:00Z'),
    depositAmount: 1,
    depositStatus: 'paid',
    depositDeadlineAt: new Date('2026-01-01T11:30:00Z'),
    waived: false,
    modelName: 'Anna',
    modelStatus: 'active',
    clientBlacklisted: false,
    overlap: null,
  },
  task: {},
  exception: { resolution: 'done' },
  model: {},
  payment: { isRefund: false, amount: 100, refunded: 0, disputed: false },
}

/** What has to be so for a payment to become this. */
const PAID: Record<string, object> = {
  partly_refunded: { refunded: 40 },
  refunded: { refunded: 100 },
  disputed: { disputed: true },
  'succeeded → failed': { isRefund: true },
}

const MACHINES = [inquiryLifecycle, bookingLifecycle, taskLifecycle, exceptionLifecycle, modelLifecycle, paymentLifecycle]

test('every event leads where the table of its machine says', () => {
  expect(MACHINES.map((lifecycle) => lifecycle.noun)).toEqual(LIFECYCLES.map((lifecycle) => lifecycle.noun))
  for (const { noun, machine, edges } of MACHINES) {
    for (const edge of edges) {
      const facts: Record<string, unknown> = { ...WILLING[noun as keyof typeof WILLING] }
      if (noun === 'inquiry' && edge.to === 'lost') facts.bookingStatus = null
      if (noun === 'payment') Object.assign(facts, PAID[`${edge.from} → ${edge.to}`] ?? PAID[edge.to])
      const snapshot = machine.resolveState({ value: edge.from, context: facts })
      const [next] = transition(machine, snapshot, { type: edge.event })
      expect(`${noun}: ${edge.from} ${edge.event} ${String(next.value)}`).toBe(`${noun}: ${edge.from} ${edge.event} ${edge.to}`)
    }
  }
})
