import { sql } from 'kysely'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { tokenPlace } from '#server/domains/payments/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { LinkOut } from './checkout.schema.ts'

const MANY = 20

function selectLinks(ctx: CallCtx) {
  return ctx.db
    .selectFrom('payments as p')
    .innerJoin('bookings as b', 'b.id', 'p.booking_id')
    .innerJoin('clients as c', 'c.id', 'b.client_id')
    .select([
      'p.id',
      'p.ref',
      'p.booking_id',
      'p.purpose',
      'p.status',
      'p.amount',
      'p.currency',
      'p.expires_at',
      'p.failure_text',
      'p.sealed_token',
      'p.created_at',
      sql<boolean>`c.email is not null`.as('may_send'),
      sql<Date | null>`(select max(m.created_at) from outgoing_messages m where m.payment_id = p.id)`.as('last_sent_at'),
    ])
    .where('p.token_hash', 'is not', null)
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
}

type Row = Awaited<ReturnType<ReturnType<typeof selectLinks>['executeTakeFirstOrThrow']>>

function linkOf(ctx: CallCtx, row: Row): LinkOut {
  const open = ['pending', 'requires_action', 'failed'].includes(row.status)
  const dead = row.status === 'cancelled' || (open && row.expires_at !== null && row.expires_at <= ctx.clock.now())
  return {
    paymentId: row.id,
    paymentRef: row.ref,
    bookingId: row.booking_id,
    purpose: row.purpose ?? 'deposit',
    status: row.status,
    amount: { amount: row.amount, currency: row.currency },
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    url: dead || row.sealed_token === null ? null : `${ctx.appUrl}/pay/${ctx.secrets.open(tokenPlace(row.id), row.sealed_token)}`,
    problem: row.status === 'failed' ? row.failure_text : null,
    lastSentAt: row.last_sent_at,
    maySend: row.may_send,
  }
}

/** The payment links of a booking, newest first. Throws `not_found`. */
export async function readLinks(ctx: CallCtx, bookingId: string): Promise<{ items: LinkOut[] }> {
  const rows = await selectLinks(ctx)
    .where('b.id', '=', bookingId)
    .orderBy('p.created_at', 'desc')
    .orderBy('p.id', 'desc')
    .limit(MANY)
    .execute()
  if (rows.length === 0) await requireVisible(ctx, bookingId)
  return { items: rows.map((row) => linkOf(ctx, row)) }
}

async function requireVisible(ctx: CallCtx, bookingId: string): Promise<void> {
  const row = await ctx.db
    .selectFrom('bookings as b')
    .select('b.id')
    .where('b.id', '=', bookingId)
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('booking')
}

export async function readLink(ctx: CallCtx, paymentId: string): Promise<LinkOut> {
  const row = await selectLinks(ctx).where('p.id', '=', paymentId).executeTakeFirst()
  if (!row) throw notFound('payment link')
  return linkOf(ctx, row)
}
