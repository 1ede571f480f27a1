import { z } from 'zod'
import type { EventName } from '#server/outbox/catalogue.ts'

/**
 * Every job there is: its payload and its queue. Imports no handler, so that server code may read it.
 * Each queue is a process of its own (a heavy import never delays a payment); limits are the product description's.
 */
export interface QueueDefinition {
  maxAttempts: number
  timeoutMs: number
  concurrency: number
  /** How often the runner looks without being told; holds expire to the second, so critical looks twice a second. */
  pollMs: number
  /** Jobs fetched at once; -1 fetches one by one, so that a long job never sits on others. */
  localQueue: number
  /** Finished jobs are written together within this time; -1 writes each at once. */
  completeBatchMs: number
}

export const QUEUES = {
  critical: { maxAttempts: 3, timeoutMs: 30_000, concurrency: 8, pollMs: 500, localQueue: 32, completeBatchMs: 5 },
  ops: { maxAttempts: 5, timeoutMs: 60_000, concurrency: 8, pollMs: 1_000, localQueue: 64, completeBatchMs: 5 },
  heavy: { maxAttempts: 2, timeoutMs: 300_000, concurrency: 2, pollMs: 2_000, localQueue: -1, completeBatchMs: -1 },
} as const satisfies Record<string, QueueDefinition>

export type QueueName = keyof typeof QUEUES
export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[]

export interface TaskDefinition {
  queue: QueueName
  payload: z.ZodType
  maxAttempts: number
  timeoutMs: number
}

function task<Q extends QueueName, P extends z.ZodType>(queue: Q, payload: P) {
  const { maxAttempts, timeoutMs } = QUEUES[queue]
  return { queue, payload, maxAttempts, timeoutMs }
}

/** Everything that is asked of the payment provider. */
export const EFFECT_KINDS = [
  'stripe.intent.create',
  'stripe.intent.change',
  'stripe.intent.cancel',
  'stripe.refund.create',
] as const
const bookingId = z.uuid()
const inquiryId = z.uuid()
const eventId = z.uuid()
const work = z.object({ kind: z.enum(['task', 'exception']), id: z.uuid() })
const nothing = z.object({})

export const TASKS = {
  /** Timer `booking:<id>:hold`, at the deposit's deadline. */
  'booking-expire-hold': task('critical', z.object({ bookingId })),
  /** Timer `hold:<id>`, at its deadline. */
  'hold-expire': task('critical', z.object({ holdId: z.uuid() })),
  /** Each minute: whatever a lost timer left behind, of bookings and of holds. */
  'bookings-expire-holds': task('critical', nothing),
  /** Now, when a webhook came: does what the waiting events of one payment intent say. */
  'payment-apply': task('critical', z.object({ intentId: z.string().min(1).max(255) })),
  /** Each minute: events and effects that no job looks after. */
  'payments-sweep': task('critical', nothing),
  /** Asks the payment provider for one thing; not critical, so that a provider that hangs delays nobody's hold. */
  'effect-run': task('ops', z.object({ kind: z.enum(EFFECT_KINDS), key: z.string().min(1).max(200) })),
  /** Now or soon: asks the provider how a payment stands. */
  'payment-check': task('ops', z.object({ paymentId: z.uuid() })),
  /** Each hour, and when somebody asks: compares payments with the provider's. */
  'payments-reconcile': task('ops', z.object({ runId: z.uuid().optional() })),
  /** The fixed reactions to an event. */
  'event-react': task('ops', z.object({ eventId })),
  /** Finds out whose address it was, and writes them the link. */
  'password-reset-prepare': task('ops', z.object({ eventId })),
  /** Timer `booking:<id>:pending`. */
  'booking-check-pending': task('ops', z.object({ bookingId })),
  /** Timer `inquiry:<id>:unanswered`. */
  'inquiry-check-unanswered': task('ops', z.object({ inquiryId })),
  /** Timer `task:<id>:clock` or `exception:<id>:clock`: a deadline, its warning, the end of a snooze or of a claim. */
  'work-clock': task('critical', work),
  /** Each minute: what the clock has to do and no timer did; changes of counters into their sums. */
  'work-sweep': task('critical', nothing),
  /** Timer `calendar:<id>:read`, and each five minutes for whichever is due. */
  'calendar-read': task('ops', z.object({ calendarId: z.uuid() })),
  'calendars-sweep': task('ops', nothing),
  /** Whether what an event changed still fits; see CONSUMERS. */
  'mismatch-check': task('ops', z.object({ eventId })),
  /** Each quarter of an hour, and after a rule for everyone changed. */
  'mismatches-sweep': task('heavy', nothing),
  /** Brings back what was put aside until something happens to an entity. */
  'work-wake': task('ops', z.object({ eventId })),
  /** Timer `client:<id>:erase`, now. */
  'client-erase': task('heavy', z.object({ clientId: z.uuid() })),
  /** Timer `export:<id>`, now. */
  'export-make': task('heavy', z.object({ exportId: z.uuid() })),
  /** What follows from a rule or a day's exception, in the calendar. */
  'slots-follow': task('ops', z.object({ eventId })),
  /** Each night: three months of recurring hours. */
  'slots-keep': task('heavy', nothing),
  /** Each hour. */
  'records-clean-up': task('heavy', nothing),
  /** Each hour what is new, at night everything: differences between the search index and the tables. */
  'search-heal': task('heavy', nothing),
} as const satisfies Record<string, TaskDefinition>

export type TaskName = keyof typeof TASKS
export type TaskPayload<N extends TaskName> = z.output<(typeof TASKS)[N]['payload']>
export const TASK_NAMES = Object.keys(TASKS) as TaskName[]

export function isTaskName(name: string): name is TaskName {
  return Object.hasOwn(TASKS, name)
}

export function queueOf(name: string): QueueName | null {
  return isTaskName(name) ? TASKS[name].queue : null
}

/**
 * Who consumes what: a consumer is a task with {eventId}, one job per event. Its name is also the consumer's name in
 * consumed_events, so renaming one would let it run again on old events.
 */
export const CONSUMERS = {
  'event-react': [
    'inquiry.created',
    'inquiry.status_changed',
    'booking.status_changed',
    'payment.recorded',
    'payment.succeeded',
    'payment.refunded',
    'payment.failed',
  ],
  'mismatch-check': [
    'booking.status_changed',
    'booking.updated',
    'model.status_changed',
    'model.updated',
    'model.calendar_changed',
    'model.availability_changed',
    'availability_rule.changed',
    'cover_rule.changed',
  ],
  'password-reset-prepare': ['password_reset.requested'],
  'slots-follow': [
    'availability_rule.changed',
    'model.availability_changed',
    'model.created',
    'model.updated',
    'model.status_changed',
  ],
  'work-wake': [
    'inquiry.status_changed',
    'inquiry.updated',
    'booking.status_changed',
    'booking.updated',
    'payment.recorded',
    'client.updated',
    'model.status_changed',
  ],
} as const satisfies Partial<Record<TaskName, readonly EventName[]>>

export type ConsumerName = keyof typeof CONSUMERS

const consumersByEvent = new Map<string, ConsumerName[]>()
for (const [name, events] of Object.entries(CONSUMERS) as [ConsumerName, readonly string[]][]) {
  for (const event of events) consumersByEvent.set(event, [...(consumersByEvent.get(event) ?? []), name])
}

export function consumersOf(eventType: string): readonly ConsumerName[] {
  return consumersByEvent.get(eventType) ?? []
}

/** The key of the one job that brings this event to this consumer. */
export function eventJobKey(consumer: ConsumerName, id: string): string {
  return `event:${consumer}:${id}`
}

/** A job's id as the UUID that events and exceptions want. */
export function jobUuid(id: string): string {
  return `00000000-0000-4000-8000-${BigInt(id).toString(16).padStart(12, '0')}`
}
