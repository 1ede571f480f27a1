import { bookingLifecycle } from '#server/domains/bookings/booking.machine.ts'
import { exceptionLifecycle } from '#server/domains/exceptions/exception.machine.ts'
import { inquiryLifecycle } from '#server/domains/inquiries/inquiry.machine.ts'
import { modelLifecycle } from '#server/domains/models/model.machine.ts'
import { paymentLifecycle } from '#server/domains/payments/payment.machine.ts'
import { taskLifecycle } from '#server/domains/tasks/task.machine.ts'
import type { Edge } from './lifecycle.ts'

/** A lifecycle as pages, migrate and tests see it: its table, without the facts its rules need. */
export interface LifecycleTable {
  noun: string
  initial: readonly string[]
  states: readonly { name: string; final: boolean }[]
  edges: readonly Edge[]
  undoEdges: readonly Edge[]
}

export const LIFECYCLES: readonly LifecycleTable[] = [
  inquiryLifecycle,
  bookingLifecycle,
  taskLifecycle,
  exceptionLifecycle,
  modelLifecycle,
  paymentLifecycle,
]
