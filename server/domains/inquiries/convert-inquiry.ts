import { reaching } from '#server/auth/reach.ts'
import { bookingLiving, createBooking, type LockedBooking, lockBooking, updateBooking } from '#server/domains/bookings/index.ts'
import { AppError } from '#server/errors.ts'
import { advance, type Transition } from '#server/lifecycle/advance.ts'
import { pathBetween, possibleFrom } from '#server/lifecycle/lifecycle.ts'
import type { Tx } from '#server/transact.ts'
import { factsOf, holdForDeposit, inquiryLiving, livingWhileConfirming } from './inquiry.lifecycle.ts'
import { inquiryLifecycle } from './inquiry.machine.ts'
import { type LockedInquiry, lockInquiry, servicesOf } from './inquiry.repository.ts'
import type { ConvertInput, ProposeInput } from './inquiry.schema.ts'

const OVER = ['converted', 'lost', 'spam']

/**
 * Carries an inquiry to *converted* because its booking is being confirmed, step by step along its lifecycle, in the
 * same transaction. The inquiry is locked by lockBooking. An inquiry that is over stays as it is.
 */
export async function convertInquiry(tx: Tx, inquiryId: string, booking: LockedBooking): Promise<void> {
  // Whoever may confirm the booking converts its inquiry, even one assigned to somebody else.
  let row = await lockInquiry(reaching(tx, 'inquiries.read_all'), inquiryId)
  if (OVER.includes(row.status)) return
  const living = livingWhileConfirming(booking)
  for (const newStatus of pathBetween(inquiryLifecycle, row.status, 'converted') ?? []) {
    const step = await advance(tx, living, row, { newStatus })
    row = step.row
  }
}

/** Proposes a model: a draft booking linked to the inquiry, or the present draft changed; then the client is asked. */
export async function proposeModel(tx: Tx, input: ProposeInput): Promise<{ bookingId: string }> {
  const inquiry = await lockInquiry(tx, input.id)
  if (!['qualified', 'awaiting_client'].includes(inquiry.status))
    throw notNow(tx, inquiry, 'awaiting_client', 'A model can be proposed while it is qualified or awaiting the client.')
  const booking = await draftFor(tx, inquiry, input)
  if (inquiry.status === 'qualified') await advance(tx, inquiryLiving, inquiry, { newStatus: 'awaiting_client' })
  return { bookingId: booking.id }
}

/**
 * Turns an inquiry into a booking. Waived: booking confirmed and inquiry converted, in this transaction. With a
 * deposit to pay: the time is held and the booking awaits it; recording the payment converts. Throws
 * `transition_refused` when it is neither, or too early, or over; `taken` when the time is.
 */
export async function convertToBooking(tx: Tx, input: ConvertInput): Promise<{ bookingId: string; transition: Transition }> {
  const inquiry = await lockInquiry(tx, input.id)
  if (!['qualified', 'awaiting_client', 'awaiting_deposit'].includes(inquiry.status)) {
    throw notNow(tx, inquiry, 'converted', inquiry.status === 'new' ? 'Qualify it first.' : 'It is over.')
  }
  const waived = input.waiver !== undefined || inquiry.waiver_reason !== null
  if (!waived && inquiry.deposit_amount === null) {
    throw notNow(
      tx,
      inquiry,
      'converted',
      'It needs a deposit amount, or a waiver with a reason by someone who may waive.',
      'depositOrWaiver',
    )
  }
  const draft = await draftFor(tx, inquiry, input)
  return waived ? confirmWaived(tx, inquiry, draft, input) : holdUntilPaid(tx, inquiry, draft)
}

async function confirmWaived(tx: Tx, inquiry: LockedInquiry, draft: LockedBooking, input: ConvertInput) {
  let booking = draft
  if (booking.status === 'draft') ({ row: booking } = await advance(tx, bookingLiving, booking, { newStatus: 'pending' }))
  const metadata = input.waiver ? { waiver: input.waiver } : {}
  const { transition } = await advance(tx, input.waiver ? bookingLiving : waivedBy(inquiry), booking, {
    newStatus: 'confirmed',
    metadata,
  })
  return { bookingId: booking.id, transition: { ...transition, from: inquiry.status, to: 'converted' } }
}

/** A booking's lifecycle that takes over what its inquiry waived. */
function waivedBy({ waiver_reason, waived_by }: LockedInquiry): typeof bookingLiving {
  return {
    ...bookingLiving,
    accept: async (tx, row, request) => ({ waiver_reason, waived_by, ...(await bookingLiving.accept?.(tx, row, request)) }),
  }
}

async function holdUntilPaid(tx: Tx, inquiry: LockedInquiry, draft: LockedBooking) {
  let row: LockedInquiry = { ...inquiry, booking: { id: draft.id, status: draft.status } }
  let transition: Transition | undefined
  for (const newStatus of pathBetween(inquiryLifecycle, row.status, 'awaiting_deposit') ?? []) {
    const step = await advance(tx, inquiryLiving, row, { newStatus })
    row = step.row
    transition = step.transition
  }
  // The step to awaiting_deposit held the time; an inquiry that was there already needs it done now.
  if (!transition) {
    let booking = draft
    if (booking.status === 'draft') ({ row: booking } = await advance(tx, bookingLiving, booking, { newStatus: 'pending' }))
    ;({ transition } = await holdForDeposit(tx, row, booking))
  }
  return { bookingId: draft.id, transition }
}

/** The inquiry's draft or pending booking, changed to what is asked, or a new draft. */
async function draftFor(tx: Tx, inquiry: LockedInquiry, input: ProposeInput | ConvertInput): Promise<LockedBooking> {
  const location = input.location ?? (await locationOf(tx, inquiry))
  const services = input.services ?? (await servicesOf(tx, inquiry.id))
  const wish = { modelId: input.modelId, start: input.start, end: input.end, callType: input.callType, location }
  if (!inquiry.booking) {
    return createBooking(tx, {
      ...wish,
      clientId: inquiry.client_id,
      services,
      inquiryId: inquiry.id,
      assigneeId: inquiry.assignee_id,
      depositRequired: depositOf(inquiry),
    })
  }
  if (!['draft', 'pending'].includes(inquiry.booking.status)) {
    throw new AppError(
      'conflict',
      `It already has a booking that is ${inquiry.booking.status.replaceAll('_', ' ')}. Cancel that one first.`,
    )
  }
  const own = reaching(tx, 'bookings.read_all')
  const deposit = depositOf(inquiry)
  await updateBooking(own, {
    id: inquiry.booking.id,
    ...wish,
    ...(input.services ? { services: input.services } : {}),
    ...(deposit ? { depositRequired: deposit } : {}),
  })
  return lockBooking(own, inquiry.booking.id, { withInquiry: false })
}

function depositOf(inquiry: LockedInquiry): { amount: number; currency: string } | undefined {
  return inquiry.deposit_amount === null ? undefined : { amount: inquiry.deposit_amount, currency: inquiry.currency }
}

async function locationOf(tx: Tx, inquiry: LockedInquiry): Promise<string> {
  if (inquiry.location_id === null) {
    throw new AppError('invalid', 'The inquiry names no place: say where.', {
      errors: [{ path: 'location', message: 'is needed' }],
    })
  }
  const row = await tx.db.selectFrom('locations').select('slug').where('id', '=', inquiry.location_id).executeTakeFirstOrThrow()
  return row.slug
}

function notNow(tx: Tx, inquiry: LockedInquiry, newStatus: string, why: string, rule = 'notInLifecycle'): AppError {
  const possible = possibleFrom(inquiryLifecycle, inquiry.status, factsOf(inquiry))
    .filter((step) => !step.refusedBy)
    .map((step) => step.to)
  const now = possible.length > 0 ? ` Possible now: ${possible.map((status) => status.replaceAll('_', ' ')).join(', ')}.` : ''
  const error = new AppError('transition_refused', `${why}${now}`, { from: inquiry.status, newStatus, rule, possible })
  error.trace = {
    action: 'inquiry.transition_refused',
    entityType: 'inquiry',
    entityId: inquiry.id,
    entityRef: inquiry.ref,
    before: { status: inquiry.status },
    after: { asked: newStatus, rule },
  }
  tx.ctx.log.info({ entityType: 'inquiry', id: inquiry.id, rule }, 'transition refused')
  return error
}
