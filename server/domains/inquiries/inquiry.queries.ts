import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { revealContact } from '#server/auth/reveal-contact.ts'
import { may } from '#server/context.ts'
import { searchReach } from '#server/domains/clients/index.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { notFound } from '#server/errors.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import { isOneOf, MOST_CANDIDATES, partOf, refIn } from '#server/trpc/candidates.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { factsOf } from './inquiry.lifecycle.ts'
import { inquiryLifecycle } from './inquiry.machine.ts'
import { visibleInquiries } from './inquiry.policy.ts'
import { INQUIRY_COLUMNS, liveBooking } from './inquiry.repository.ts'
import type { InquiryOut, ListInquiriesInput } from './inquiry.schema.ts'

const LIST_COLUMNS = INQUIRY_COLUMNS.filter((column) => column !== 'q.message')

function withNames(db: Db) {
  return db
    .selectFrom('inquiries as q')
    .innerJoin('clients as c', 'c.id', 'q.client_id')
    .leftJoin('locations as l', 'l.id', 'q.location_id')
    .leftJoin('users as a', 'a.id', 'q.assignee_id')
    .select([
      'c.ref as client_ref',
      'c.name as client_name',
      'l.slug as location_slug',
      'l.title as location_title',
      'l.zone as location_zone',
      'a.name as assignee_name',
    ])
}

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'q.created_at', kind: 'time' } }
type ListRow = Awaited<ReturnType<typeof readListRows>>['items'][number]

function readListRows(ctx: CallCtx, input: ListInquiriesInput) {
  let query = withNames(ctx.db).select(LIST_COLUMNS).where('q.deleted_at', 'is', null).where(visibleInquiries(ctx))

  if (input.priority) query = query.where('q.priority', 'in', input.priority)
  if (input.source) query = query.where('q.source', 'in', input.source)
  if (input.clientId) query = query.where('q.client_id', '=', input.clientId)
  if (input.createdFrom) query = query.where('q.created_at', '>=', input.createdFrom)
  if (input.createdTo) query = query.where('q.created_at', '<', input.createdTo)
  if (input.assignedTo === 'none') query = query.where('q.assignee_id', 'is', null)
  else if (input.assignedTo === 'me') query = query.where('q.assignee_id', '=', ctx.actor.id)
  else if (input.assignedTo) query = query.where('q.assignee_id', '=', input.assignedTo)
  if (input.q) query = query.where(isMeant(ctx, input.q))
  return pageOf(query, input, SORTS, 'q.id', { ref: 'q.status', values: input.status })
}

/** By ref, subject and who asks; what is masked for this person can't be found by a part of it either. */
function isMeant(ctx: CallCtx, q: string) {
  const words = partOf(q)
  const reach = searchReach(ctx)
  const most = sql.lit(MOST_CANDIDATES)
  const ways = [sql<string>`select id from inquiries where ref = ${refIn(q)}`]
  if (reach.wholeContact) ways.push(sql<string>`select id from inquiries where lower(subject) like ${words} limit ${most}`)
  if (reach.partOfName) {
    ways.push(sql<string>`select id from inquiries where client_id = any(array(
      select id from clients where lower(name) like ${words} limit 500)) order by created_at desc limit ${most}`)
  }
  return isOneOf('q.id', ways)
}

function listItem(row: ListRow) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    source: row.source,
    externalRef: row.external_ref,
    clientId: row.client_id,
    client: { id: row.client_id, ref: row.client_ref, name: row.client_name },
    subject: row.subject,
    location: row.location_slug,
    place:
      row.location_slug === null
        ? null
        : { slug: row.location_slug, title: row.location_title ?? '', zone: row.location_zone ?? 'Europe/London' },
    from: row.window_from,
    to: row.window_to,
    priority: row.priority,
    assignee: row.assignee_id === null ? null : { id: row.assignee_id, name: row.assignee_name ?? '' },
  }
}

export async function listInquiries(ctx: CallCtx, input: ListInquiriesInput) {
  const page = await readListRows(ctx, input)
  return { ...page, items: page.items.map(listItem) }
}

/** One inquiry as its page shows it, with the steps possible for this person now. Throws `not_found`. */
export async function readInquiry(ctx: CallCtx, id: string): Promise<InquiryOut> {
  const row = await withNames(ctx.db)
    .select(INQUIRY_COLUMNS)
    .select([
      'c.email as client_email',
      'c.phone as client_phone',
      'c.preferred_channel',
      'c.tags as client_tags',
      liveBooking().as('booking'),
      sql<{ code: string; name: string }[]>`(select coalesce(jsonb_agg(jsonb_build_object('code', s.code, 'name', s.name)
        order by s.sort_order, s.name), '[]')
        from inquiry_services i join services s on s.id = i.service_id where i.inquiry_id = q.id)`.as('services'),
    ])
    .where('q.id', '=', id)
    .where('q.deleted_at', 'is', null)
    .where(visibleInquiries(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('inquiry')
  const contactAccess = await revealContact(ctx, {
    clientId: row.client_id,
    assigneeId: row.assignee_id,
    entityType: 'inquiry',
    entityId: row.id,
    entityRef: row.ref,
  })
  return {
    ...listItem(row),
    statusReason: row.status_reason,
    message: row.message,
    contactAccess,
    contact: { email: row.client_email, phone: row.client_phone, preferredChannel: row.preferred_channel, tags: row.client_tags },
    services: row.services,
    deposit: row.deposit_amount === null ? null : { amount: row.deposit_amount, currency: row.currency },
    waiver: row.waiver_reason === null ? null : { reason: row.waiver_reason },
    answeredAt: row.answered_at,
    booking: row.booking,
    notes: await listNotes(ctx.db, 'inquiry', row.id),
    possible: may(ctx, 'inquiries.transition') ? possibleFrom(inquiryLifecycle, row.status, factsOf(row)) : [],
  }
}
