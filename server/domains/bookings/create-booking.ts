import { attachHold, type LockedHold, lockHold, requireHeld } from '#server/domains/availability/index.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { bookingLiving, requireWaive } from './booking.lifecycle.ts'
import type { LockedBooking } from './booking.repository.ts'
import type { CreateBookingInput } from './booking.schema.ts'
import { type Quote, requireQuote } from './quote.ts'

export interface NewBooking extends Omit<CreateBookingInput, 'confirm'> {
  inquiryId?: string
  assigneeId?: string | null
}

/**
 * Makes a draft: who, where, when and the price as quoted now. It holds no time yet. A suspended model and a client on
 * the blacklist are refused here already.
 */
export async function createBooking(tx: Tx, input: NewBooking): Promise<LockedBooking> {
  const hold = await requireHold(tx, input)
  const quote = await requireQuote(tx, input)
  return insertBooking(tx, input, quote, hold)
}

/** The hold this booking is made of, locked; it must be of the same client, model and time. */
async function requireHold(tx: Tx, input: NewBooking): Promise<LockedHold | undefined> {
  if (!input.holdId) return undefined
  const hold = await lockHold(tx, input.holdId)
  requireHeld(tx, hold)
  if (hold.booking_id) throw new AppError('conflict', 'A booking was made of this hold already.')
  if (hold.client_id !== input.clientId) throw invalid('holdId', 'is for another client')
  if (hold.model_id !== input.modelId) throw invalid('holdId', 'is for another model')
  if (hold.starts_at.getTime() !== input.start.getTime() || hold.ends_at.getTime() !== input.end.getTime()) {
    throw invalid('holdId', 'is for another time')
  }
  return hold
}

/** A booking agreed on the spot: draft, pending and confirmed in one transaction. Needs a waiver. */
export async function createConfirmedBooking(tx: Tx, input: NewBooking): Promise<LockedBooking> {
  if (!input.waiver) throw invalid('waiver', 'Confirming at once needs a waiver of the deposit, with a reason.')
  const hold = await requireHold(tx, input)
  const quote = await requireQuote(tx, input)
  const draft = insertBooking(tx, { ...input, waiver: undefined }, quote, hold)
  const { row: pending } = await advance(tx, bookingLiving, draft, { newStatus: 'pending' })
  const { row } = await advance(tx, bookingLiving, pending, {
    newStatus: 'confirmed',
    metadata: { waiver: input.waiver, ...(input.override ? { override: input.override } : {}) },
  })
  return row
}

function insertBooking(tx: Tx, input: NewBooking, quote: Quote, hold?: LockedHold): LockedBooking {
  requireBookable(tx, input, quote)
  requireHeldPlace(hold, quote)
  const { ctx } = tx
  const id = ctx.ids.next()
  const actorId = ctx.actor.kind === 'user' ? ctx.actor.id : null
  const row: LockedBooking = {
    id,
    ref: quote.ref,
    inquiry_id: input.inquiryId ?? null,
    client_id: input.clientId,
    model_id: input.modelId,
    location_id: quote.locationId,
    starts_at: input.start,
    ends_at: input.end,
    call_type: input.callType,
    status: 'draft',
    status_reason: null,
    price_amount: quote.price,
    price_lines: quote.lines,
    currency: quote.currency,
    deposit_amount: input.depositRequired?.amount ?? null,
    deposit_status: 'none',
    deposit_deadline_at: null,
    payment_status: 'unpaid',
    paid_amount: 0,
    waiver_reason: input.waiver?.reason ?? null,
    waived_by: input.waiver ? actorId : null,
    client_confirmed_arrival: false,
    assignee_id: input.assigneeId ?? null,
    internal_notes: input.internalNotes ?? '',
    refund_policy_version: quote.policyVersion,
    version: 1,
    created_by: actorId,
    created_at: tx.now,
    updated_at: tx.now,
    deleted_at: null,
    model_name: quote.model.name,
    model_status: quote.model.status,
    buffer_before_min: quote.model.bufferBefore,
    buffer_after_min: quote.model.bufferAfter,
    client_tags: quote.client.tags,
    hold_minutes: quote.holdMinutes,
    service_ids: quote.services.map((service) => service.id),
    own_block: hold
      ? {
          id: hold.id,
          createdBy: hold.created_by,
          expiresAt: hold.expires_at.toISOString(),
          latestAt: hold.latest_at.toISOString(),
        }
      : null,
    probe: null,
  }
  tx.send(
    tx.db.insertInto('bookings').values({
      id,
      ref: row.ref,
      inquiry_id: row.inquiry_id,
      client_id: row.client_id,
      model_id: row.model_id,
      location_id: row.location_id,
      starts_at: row.starts_at,
      ends_at: row.ends_at,
      call_type: row.call_type,
      status: row.status,
      price_amount: row.price_amount,
      price_lines: JSON.stringify(row.price_lines),
      currency: row.currency,
      deposit_amount: row.deposit_amount,
      waiver_reason: row.waiver_reason,
      waived_by: row.waived_by,
      assignee_id: row.assignee_id,
      internal_notes: row.internal_notes,
      refund_policy_version: row.refund_policy_version,
      created_by: actorId,
      created_at: tx.now,
      updated_at: tx.now,
    }),
  )
  if (hold) attachHold(tx, hold, id)
  if (quote.services.length > 0) sendServices(tx, id, quote)
  tx.audit({ action: 'booking.created', entityType: 'booking', entityId: id, entityRef: row.ref, after: snapshot(row) })
  tx.timeline({ bookingId: id, kind: 'created', title: 'Draft made' })
  tx.event({
    type: 'booking.created',
    entityType: 'booking',
    entityId: id,
    entityRef: row.ref,
    payload: { clientId: row.client_id, modelId: row.model_id, inquiryId: row.inquiry_id },
    assigneeId: row.assignee_id,
  })
  return row
}

/** The way from and to her neighbours was counted from the hold's place. */
function requireHeldPlace(hold: LockedHold | undefined, quote: Quote): void {
  if (hold && hold.location_id !== quote.locationId) throw invalid('holdId', 'is for another place')
}

/** Replaces nothing: for new bookings and after their services were removed. */
export function sendServices(tx: Tx, bookingId: string, quote: Quote): void {
  tx.send(
    tx.db
      .insertInto('booking_services')
      .values(quote.services.map((service) => ({ booking_id: bookingId, service_id: service.id, extra_amount: service.extra }))),
  )
}

/** What audit keeps of a booking. */
export function snapshot(row: LockedBooking): Record<string, unknown> {
  return {
    status: row.status,
    client_id: row.client_id,
    inquiry_id: row.inquiry_id,
    model_id: row.model_id,
    location_id: row.location_id,
    starts_at: row.starts_at,
    ends_at: row.ends_at,
    call_type: row.call_type,
    price_amount: row.price_amount,
    currency: row.currency,
    deposit_amount: row.deposit_amount,
    assignee_id: row.assignee_id,
    internal_notes: row.internal_notes,
  }
}

function requireBookable(tx: Tx, input: NewBooking, quote: Quote): void {
  if (input.waiver) requireWaive(tx.ctx)
  if (input.depositRequired && input.depositRequired.currency !== quote.currency) {
    throw invalid('depositRequired.currency', `must be ${quote.currency}, as the price`)
  }
  if (quote.model.status === 'suspended') {
    throw new AppError('conflict', `${quote.model.name} is suspended and takes no new bookings. Choose another model.`)
  }
  if (quote.client.tags.includes('blacklist')) {
    throw new AppError('conflict', 'This client is on the blacklist. Remove the tag first if that is wrong.')
  }
}
