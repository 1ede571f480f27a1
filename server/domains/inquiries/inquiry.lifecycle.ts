import type { Timer } from '#db/tables/index.ts'
import { reaching } from '#server/auth/reach.ts'
import { bookingLiving, type LockedBooking, lockBooking, requireWaive } from '#server/domains/bookings/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance, type Living, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { type InquiryFacts, inquiryLifecycle } from './inquiry.machine.ts'
import type { LockedInquiry } from './inquiry.repository.ts'
import { inquiryMetadata } from './inquiry.schema.ts'

export function factsOf(row: LockedInquiry): InquiryFacts {
  return {
    depositAmount: row.deposit_amount,
    waived: row.waiver_reason !== null,
    clientBlacklisted: row.client_tags.includes('blacklist'),
    bookingStatus: row.booking?.status ?? null,
  }
}

async function accept(tx: Tx, row: LockedInquiry, request: TransitionRequest): Promise<Partial<LockedInquiry>> {
  const given = inquiryMetadata.safeParse(request.metadata ?? {})
  if (!given.success) {
    throw new AppError('invalid', 'metadata is not understood.', {
      errors: given.error.issues.map((issue) => ({ path: ['metadata', ...issue.path].join('.'), message: issue.message })),
    })
  }
  const { deposit, waiver } = given.data
  const columns: Partial<LockedInquiry> = {}
  if (deposit) {
    requireCurrency('metadata.deposit.currency', deposit.currency, row)
    columns.deposit_amount = deposit.amount
  }
  if (waiver) {
    requireWaive(tx.ctx)
    Object.assign(columns, { waiver_reason: waiver.reason, waived_by: tx.ctx.actor.kind === 'user' ? tx.ctx.actor.id : null })
  }
  if (request.reason) columns.status_reason = request.reason
  return columns
}

/** Deposits are asked for in the agency's own currency, which the inquiry carries. */
export function requireCurrency(path: string, currency: string, row: { currency: string }): void {
  if (currency !== row.currency) throw invalid(path, `must be ${row.currency}`)
}

/** The client agreed: the proposed booking goes as far as it can without the money, and holds its time. */
async function holdBooking(tx: Tx, row: LockedInquiry, request: TransitionRequest): Promise<Partial<LockedInquiry>> {
  if (!row.booking || !['draft', 'pending'].includes(row.booking.status)) return {}
  const depositDeadline = inquiryMetadata.parse(request.metadata ?? {}).depositDeadline
  let booking = await lockBooking(reaching(tx, 'bookings.read_all'), row.booking.id, { withInquiry: false })
  if (booking.status === 'draft') ({ row: booking } = await advance(tx, bookingLiving, booking, { newStatus: 'pending' }))
  if (row.waiver_reason === null) await holdForDeposit(tx, row, booking, depositDeadline)
  return {}
}

/** pending → deposit_required with the inquiry's amount. */
export async function holdForDeposit(tx: Tx, row: LockedInquiry, booking: LockedBooking, depositDeadline?: Date) {
  const amount = row.deposit_amount ?? booking.deposit_amount
  const deposit = amount === null ? undefined : { amount, currency: row.currency }
  return advance(tx, bookingLiving, booking, {
    newStatus: 'deposit_required',
    metadata: { deposit, ...(depositDeadline ? { depositDeadline: depositDeadline.toISOString() } : {}) },
  })
}

async function cancelBooking(tx: Tx, row: LockedInquiry, request: TransitionRequest): Promise<Partial<LockedInquiry>> {
  if (!row.booking || !['draft', 'pending', 'deposit_required'].includes(row.booking.status)) return {}
  const booking = await lockBooking(reaching(tx, 'bookings.read_all'), row.booking.id, { withInquiry: false })
  await advance(tx, bookingLiving, booking, { newStatus: 'cancelled', reason: request.reason ?? `Inquiry ${row.ref} was lost.` })
  return {}
}

function timers(row: LockedInquiry, edge: { to: string }): Timer[] {
  // Answered, or nothing left to answer.
  if (edge.to === 'qualified') return []
  return [{ key: `inquiry:${row.id}:unanswered`, task: 'inquiry-check-unanswered', runAt: null, payload: { inquiryId: row.id } }]
}

export const inquiryLiving: Living<LockedInquiry, InquiryFacts> = {
  lifecycle: inquiryLifecycle,
  entityType: 'inquiry',
  refOf: (row) => row.ref,
  assigneeOf: (row) => row.assignee_id,
  accept,
  facts: async (_tx, row) => factsOf(row),
  actions: { holdBooking, cancelBooking },
  stamp(tx, row, edge) {
    return edge.to === 'awaiting_client' && row.answered_at === null ? { answered_at: tx.now } : {}
  },
  save(tx, row) {
    tx.send(
      tx.db
        .updateTable('inquiries')
        .set({
          status: row.status,
          version: row.version,
          updated_at: tx.now,
          status_reason: row.status_reason,
          deposit_amount: row.deposit_amount,
          currency: row.currency,
          waiver_reason: row.waiver_reason,
          waived_by: row.waived_by,
          answered_at: row.answered_at,
        })
        .where('id', '=', row.id),
    )
  },
  timers,
}

/** The same lifecycle while its booking is being confirmed: the booking is confirmed by then, and holds its time already. */
export function livingWhileConfirming(booking: LockedBooking): Living<LockedInquiry, InquiryFacts> {
  return {
    ...inquiryLiving,
    // What the booking settled, settles the inquiry: who may waive was asked there.
    accept: async (_tx, row) => ({
      deposit_amount: row.deposit_amount ?? booking.deposit_amount,
      waiver_reason: row.waiver_reason ?? booking.waiver_reason,
      waived_by: row.waived_by ?? booking.waived_by,
    }),
    facts: async (_tx, row) => ({ ...factsOf(row), bookingStatus: 'confirmed' }),
    actions: { ...inquiryLiving.actions, holdBooking: async () => ({}) },
  }
}
