import type { Actor } from '#server/context.ts'
import type { Fixtures } from './access-fixtures.ts'
import { callerOf, type RoleCode } from './context.ts'

export type Viewer = RoleCode | 'partner key' | 'nobody'

/** What was planted, and who of those asked here may see it; the owner sees everything. */
export const CANARIES: Record<string, { text: string; seenBy: readonly Viewer[] }> = {
  clientName: { text: 'Zephyrine Quillfeather', seenBy: ['OPERATOR', 'FINANCE'] },
  clientEmail: { text: 'canary.mail.7391@quillfeather.example', seenBy: [] },
  clientPhone: { text: '+447700900739', seenBy: [] },
  clientAddress: { text: '17 Quillabout Lane', seenBy: ['OPERATOR'] },
  clientNote: { text: 'canary-client-note', seenBy: ['OPERATOR'] },
  inquirySubject: { text: 'canary-inquiry-subject', seenBy: [] },
  inquiryMessage: { text: 'canary-inquiry-message', seenBy: [] },
  inquiryNote: { text: 'canary-inquiry-note', seenBy: [] },
  bookingNotes: { text: 'canary-booking-notes', seenBy: [] },
  bookingNote: { text: 'canary-booking-note', seenBy: [] },
  bookingReason: { text: 'canary-booking-reason', seenBy: [] },
  waiver: { text: 'canary-waiver-reason', seenBy: [] },
  taskSubject: { text: 'canary-task-subject', seenBy: [] },
  taskDetails: { text: 'canary-task-details', seenBy: [] },
  taskNote: { text: 'canary-task-note', seenBy: [] },
  exceptionSummary: { text: 'canary-exception-summary', seenBy: [] },
  exceptionDetails: { text: 'canary-exception-details', seenBy: [] },
  paymentReference: { text: 'canary-payment-reference', seenBy: ['FINANCE'] },
  modelStreet: { text: '23 Canary Street', seenBy: [] },
  modelPostCode: { text: 'CN4 7RY', seenBy: [] },
  modelNotes: { text: 'canary-model-notes', seenBy: [] },
  modelNote: { text: 'canary-model-note', seenBy: [] },
  staffEmail: { text: 'canary.staff@quillfeather.example', seenBy: [] },
  invitedEmail: { text: 'canary.invited@quillfeather.example', seenBy: [] },
  jobError: { text: 'canary-job-error', seenBy: [] },
}
export type Canary = keyof typeof CANARIES
export const planted = (name: Canary): string => CANARIES[name]?.text ?? ''

export interface Planted {
  client: string
  inquiry: string
  model: string
  booking: string
  payment: string
  task: string
  exception: string
  user: string
  message: string
  job: string
}

/** One of everything, with a client, assigned to someone who asks nothing here. */
export async function plant(made: Fixtures, owner: Actor): Promise<Planted> {
  const api = callerOf(made.database, owner)
  const { db } = made.database
  const stranger = made.stranger.id
  await db
    .updateTable('users')
    .set({ email: planted('staffEmail') })
    .where('id', '=', stranger)
    .execute()
  const client = await api.clients.create({
    name: planted('clientName'),
    email: planted('clientEmail'),
    phone: planted('clientPhone'),
    about: planted('clientAddress'),
  })
  await api.clients.addNote({ id: client.id, body: planted('clientNote') })
  const inquiry = await api.inquiries.receive({
    source: 'phone',
    client: { name: planted('clientName'), phone: planted('clientPhone') },
    subject: planted('inquirySubject'),
    message: planted('inquiryMessage'),
    location: made.world.location.slug,
  })
  await api.inquiries.addNote({ id: inquiry.id, body: planted('inquiryNote') })
  await api.inquiries.assign({ id: inquiry.id, userId: stranger })
  const model = await api.models.create({
    name: 'Nova',
    primaryLocation: made.world.location.slug,
    stats: { age: 30 },
    internalNotes: planted('modelNotes'),
  })
  await api.models.addNote({ id: model.id, body: planted('modelNote') })
  await api.models.setAddresses({
    id: model.id,
    addresses: [{ street: planted('modelStreet'), postCode: planted('modelPostCode') }],
  })
  const booking = await api.bookings.create({
    clientId: client.id,
    modelId: made.model(),
    location: made.world.location.slug,
    ...made.hour(),
    internalNotes: planted('bookingNotes'),
    confirm: true,
    waiver: { reason: planted('waiver') },
  })
  await api.bookings.addNote({ id: booking.id, body: planted('bookingNote') })
  await api.bookings.assign({ id: booking.id, userId: stranger })
  const payment = await api.payments.record({
    id: booking.id,
    type: 'full',
    amount: { amount: 100, currency: 'GBP' },
    method: 'bank_transfer',
    reference: planted('paymentReference'),
  })
  await api.bookings.setStatus({ id: booking.id, newStatus: 'cancelled', reason: planted('bookingReason') })
  const task = await api.tasks.create({
    subject: planted('taskSubject'),
    details: planted('taskDetails'),
    entityType: 'booking',
    entityId: booking.id,
    assigneeId: stranger,
  })
  await api.tasks.addNote({ id: task.id, body: planted('taskNote') })
  const exception = await api.exceptions.create({
    summary: planted('exceptionSummary'),
    details: planted('exceptionDetails'),
    entityType: 'booking',
    entityId: booking.id,
  })
  await api.exceptions.assign({ id: exception.id, userId: stranger })
  const job = await made.failedJob(planted('jobError'))
  return {
    client: client.id,
    inquiry: inquiry.id,
    model: model.id,
    booking: booking.id,
    payment: payment.id,
    task: task.id,
    exception: exception.id,
    user: stranger,
    message: await made.message('nobody', planted('invitedEmail')),
    job,
  }
}

export const VIEWERS: readonly Viewer[] = [
  'READ_ONLY',
  'CONTENT_MANAGER',
  'FINANCE',
  'INTEGRATIONS_ADMIN',
  'OPERATOR',
  'partner key',
  'nobody',
]
export const mayNot = (viewer: Viewer): string[] =>
  Object.keys(CANARIES).filter((name) => !CANARIES[name]?.seenBy.includes(viewer))
