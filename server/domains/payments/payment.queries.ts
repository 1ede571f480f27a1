import { may } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf } from '#server/trpc/page.ts'
import type { ListPaymentsInput } from './payment.schema.ts'
import { filtered } from './payment-totals.ts'

function withBooking(ctx: CallCtx) {
  const query = ctx.db
    .selectFrom('payments as p')
    .innerJoin('bookings as b', 'b.id', 'p.booking_id')
    .leftJoin('users as u', 'u.id', 'p.created_by')
    .select([
      'p.id',
      'p.ref',
      'p.status',
      'p.version',
      'p.created_at',
      'p.updated_at',
      'p.booking_id',
      'b.ref as booking_ref',
      'p.type',
      'p.provider',
      'p.method',
      'p.amount',
      'p.currency',
      'p.reference',
      'p.purpose',
      'p.provider_mode',
      'p.refunded_amount',
      'p.refund_of',
      'p.reason',
      'p.failure_code',
      'p.failure_text',
      'p.expires_at',
      'p.dispute_due_at',
      'p.settled_at',
      'p.created_by',
      'u.name as created_by_name',
    ])
  // Who reads payments reads them all; others only those of bookings they may see.
  return may(ctx, 'payments.read') ? query : query.where(visibleBookings(ctx))
}

type Row = Awaited<ReturnType<ReturnType<typeof withBooking>['execute']>>[number]

function paymentOf(row: Row) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    bookingId: row.booking_id,
    bookingRef: row.booking_ref,
    type: row.type,
    provider: row.provider,
    method: row.method,
    amount: { amount: row.amount, currency: row.currency },
    reference: row.reference,
    purpose: row.purpose,
    mode: row.provider_mode,
    refunded: { amount: row.refunded_amount, currency: row.currency },
    refundOf: row.refund_of,
    reason: row.reason,
    failure: row.failure_code === null ? null : { code: row.failure_code, text: row.failure_text ?? '' },
    expiresAt: row.expires_at,
    disputeDueAt: row.dispute_due_at,
    settledAt: row.settled_at,
    recordedBy: row.created_by === null ? null : { id: row.created_by, name: row.created_by_name ?? '' },
  }
}

export async function listPayments(ctx: CallCtx, input: ListPaymentsInput) {
  let query = filtered(withBooking(ctx), input)
  if (input.bookingId) query = query.where('p.booking_id', '=', input.bookingId)
  if (input.type) query = query.where('p.type', 'in', input.type)
  if (input.status) query = query.where('p.status', 'in', input.status)
  const page = await pageOf(query, input, { createdAt: { ref: 'p.created_at', kind: 'time' } }, 'p.id')
  return { ...page, items: page.items.map(paymentOf) }
}

export async function readPayment(ctx: CallCtx, id: string) {
  const row = await withBooking(ctx).where('p.id', '=', id).executeTakeFirst()
  if (!row) throw notFound('payment')
  return paymentOf(row)
}
