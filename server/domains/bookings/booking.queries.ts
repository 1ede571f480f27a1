import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { revealContact } from '#server/auth/reveal-contact.ts'
import { may } from '#server/context.ts'
import { searchReach } from '#server/domains/clients/index.ts'
import { notFound } from '#server/errors.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import { isOneOf, MOST_CANDIDATES, partOf, refIn } from '#server/trpc/candidates.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { factsOf } from './booking.lifecycle.ts'
import { bookingLifecycle } from './booking.machine.ts'
import { visibleBookings } from './booking.policy.ts'
import { BOOKING_COLUMNS, type OwnBlock, withRuleFacts } from './booking.repository.ts'
import type { BookingOut, ListBookingsInput } from './booking.schema.ts'
import { judgedNow } from './judged-now.ts'

const LIST_COLUMNS = BOOKING_COLUMNS.filter((column) => column !== 'b.price_lines' && column !== 'b.internal_notes')

function withNames(db: Db) {
  return db
    .selectFrom('bookings as b')
    .innerJoin('clients as c', 'c.id', 'b.client_id')
    .innerJoin('models as m', 'm.id', 'b.model_id')
    .innerJoin('locations as l', 'l.id', 'b.location_id')
    .leftJoin('users as a', 'a.id', 'b.assignee_id')
    .select([
      'c.ref as client_ref',
      'c.name as client_name',
      'm.name as model_name',
      'm.public_code as model_code',
      'l.slug as location_slug',
      'l.title as location_title',
      'l.zone as location_zone',
      'a.name as assignee_name',
    ])
}

type ListRow = Awaited<ReturnType<typeof readListRows>>['items'][number]

const SORTS: Record<string, SortColumn> = {
  start: { ref: 'b.starts_at', kind: 'time' },
  createdAt: { ref: 'b.created_at', kind: 'time' },
}

function readListRows(ctx: CallCtx, input: ListBookingsInput) {
  let query = withNames(ctx.db).select(LIST_COLUMNS).where('b.deleted_at', 'is', null).where(visibleBookings(ctx))

  if (input.startFrom) query = query.where('b.starts_at', '>=', input.startFrom)
  if (input.startTo) query = query.where('b.starts_at', '<', input.startTo)
  if (input.createdFrom) query = query.where('b.created_at', '>=', input.createdFrom)
  if (input.createdTo) query = query.where('b.created_at', '<', input.createdTo)
  if (input.modelId) query = query.where('b.model_id', '=', input.modelId)
  if (input.clientId) query = query.where('b.client_id', '=', input.clientId)
  if (input.inquiryId) query = query.where('b.inquiry_id', '=', input.inquiryId)
  if (input.location) query = query.where('l.slug', '=', input.location)
  if (input.assignedTo === 'none') query = query.where('b.assignee_id', 'is', null)
  else if (input.assignedTo === 'me') query = query.where('b.assignee_id', '=', ctx.actor.id)
  else if (input.assignedTo) query = query.where('b.assignee_id', '=', input.assignedTo)
  if (input.q) query = query.where(isMeant(ctx, input.q))
  return pageOf(query, input, SORTS, 'b.id', { ref: 'b.status', values: input.status })
}

/** By ref, by who booked as far as this person may see names, and by model; of common names the latest. */
function isMeant(ctx: CallCtx, q: string) {
  const words = partOf(q)
  const latest = sql`order by starts_at desc limit ${sql.lit(MOST_CANDIDATES)}`
  const ways = [
    sql<string>`select id from bookings where ref = ${refIn(q)}`,
    sql<string>`select id from bookings where model_id = any(array(
      select id from models where lower(name) like ${words} limit 20)) ${latest}`,
  ]
  if (searchReach(ctx).partOfName) {
    ways.push(sql<string>`select id from bookings where client_id = any(array(
      select id from clients where lower(name) like ${words} limit 500)) ${latest}`)
  }
  return isOneOf('b.id', ways)
}

function listItem(row: ListRow) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    inquiryId: row.inquiry_id,
    clientId: row.client_id,
    modelId: row.model_id,
    client: { id: row.client_id, ref: row.client_ref, name: row.client_name },
    model: { id: row.model_id, name: row.model_name, publicCode: row.model_code },
    location: row.location_slug,
    place: { slug: row.location_slug, title: row.location_title, zone: row.location_zone },
    start: row.starts_at,
    end: row.ends_at,
    callType: row.call_type,
    price: { amount: row.price_amount, currency: row.currency },
    depositRequired: row.deposit_amount === null ? null : { amount: row.deposit_amount, currency: row.currency },
    depositStatus: row.deposit_status,
    depositDeadline: row.deposit_deadline_at,
    paymentStatus: row.payment_status,
    paid: { amount: row.paid_amount, currency: row.currency },
    waived: row.waiver_reason !== null,
    clientConfirmedArrival: row.client_confirmed_arrival,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? '' },
  }
}

export async function listBookings(ctx: CallCtx, input: ListBookingsInput) {
  const page = await readListRows(ctx, input)
  return { ...page, items: page.items.map(listItem) }
}

/**
 * One booking as its page shows it, with the steps possible for this person now.
 * Throws `not_found`.
 */
export async function readBooking(ctx: CallCtx, id: string): Promise<BookingOut> {
  const row = await withRuleFacts(withNames(ctx.db))
    .leftJoin('inquiries as i', 'i.id', 'b.inquiry_id')
    .leftJoin('users as w', 'w.id', 'b.waived_by')
    .select(BOOKING_COLUMNS)
    .select([
      'i.ref as inquiry_ref',
      'c.email as client_email',
      'c.phone as client_phone',
      'c.preferred_channel',
      'w.name as waived_by_name',
      sql<
        { code: string; name: string; extra: number }[]
      >`(select coalesce(jsonb_agg(jsonb_build_object('code', s.code, 'name', s.name,
        'extra', bs.extra_amount) order by s.sort_order, s.name), '[]')
        from booking_services bs join services s on s.id = bs.service_id where bs.booking_id = b.id)`.as('services'),
    ])
    .where('b.id', '=', id)
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('booking')
  const contactAccess = await revealContact(ctx, {
    clientId: row.client_id,
    assigneeId: row.assignee_id,
    entityType: 'booking',
    entityId: row.id,
    entityRef: row.ref,
  })
  const facts = factsOf(row, ctx.clock.now(), await judgedNow(ctx, row))
  return {
    ...listItem(row),
    statusReason: row.status_reason,
    inquiry: row.inquiry_id === null ? null : { id: row.inquiry_id, ref: row.inquiry_ref ?? '' },
    contactAccess,
    contact: { email: row.client_email, phone: row.client_phone, preferredChannel: row.preferred_channel },
    services: row.services.map((service) => ({ ...service, extra: { amount: service.extra, currency: row.currency } })),
    priceLines: row.price_lines,
    waiver:
      row.waiver_reason === null
        ? null
        : {
            reason: row.waiver_reason,
            by: row.waived_by === null ? null : { id: row.waived_by, name: row.waived_by_name ?? '' },
          },
    internalNotes: row.internal_notes,
    hold: holdOf(row.own_block, ctx.clock.now()),
    possible: may(ctx, 'bookings.transition') ? possibleFrom(bookingLifecycle, row.status, facts) : [],
  }
}

function holdOf(own: OwnBlock | null, now: Date): BookingOut['hold'] {
  if (!own?.latestAt || !own.expiresAt) return null
  const [expiresAt, latestAt] = [new Date(own.expiresAt), new Date(own.latestAt)]
  return expiresAt > now ? { id: own.id, expiresAt, extendableTo: expiresAt < latestAt ? latestAt : null } : null
}

export async function readTimeline(ctx: CallCtx, id: string) {
  const booking = await ctx.db
    .selectFrom('bookings as b')
    .select('b.id')
    .where('b.id', '=', id)
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
    .executeTakeFirst()
  if (!booking) throw notFound('booking')
  const rows = await ctx.db
    .selectFrom('booking_timeline')
    .select(['id', 'at', 'kind', 'title', 'body', 'actor_name as by'])
    .where('booking_id', '=', id)
    .orderBy('at')
    .orderBy('id')
    .limit(500)
    .execute()
  return { items: rows, nextCursor: null }
}
