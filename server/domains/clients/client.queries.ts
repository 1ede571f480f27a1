import { sql } from 'kysely'
import { revealContact } from '#server/auth/reveal-contact.ts'
import { may } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { notFound } from '#server/errors.ts'
import { phone as phoneField } from '#server/trpc/fields.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { readableClients, searchReach } from './client.policy.ts'
import { CLIENT_COLUMNS, type ClientRow } from './client.repository.ts'
import type { ClientOut, ListClientsInput } from './client.schema.ts'
import { findDuplicates } from './find-duplicates.ts'

const SORTS: Record<string, SortColumn> = {
  createdAt: { ref: 'c.created_at', kind: 'time' },
  name: { ref: 'c.name', kind: 'text' },
}

export async function listClients(ctx: CallCtx, input: ListClientsInput) {
  let query = ctx.db
    .selectFrom('clients as c')
    .select(CLIENT_COLUMNS)
    .where(readableClients(ctx))
    .where('c.merged_into_id', 'is', null)
    .where('c.erased_at', 'is', null)
  if (input.tag) query = query.where('c.tags', '@>', sql<string[]>`array[${input.tag}]::text[]`)
  if (input.q) query = query.where(matching(ctx, input.q))
  const page = await pageOf(query, input, SORTS, 'c.id')
  return { ...page, items: page.items.map(listItem) }
}

/** By ref, and by as much of name, email and phone as this person may see. */
function matching(ctx: CallCtx, words: string) {
  const reach = searchReach(ctx)
  const lower = words.toLowerCase()
  const part = `%${lower.replace(/[\\%_]/g, '\\$&')}%`
  const digits = words.replace(/[^\d+]/g, '')
  const ways = [sql<boolean>`c.ref = ${words.replace(/^#/, '').toUpperCase()}`]
  if (reach.partOfName) ways.push(sql<boolean>`lower(c.name) like ${part}`)
  if (reach.partOfContact) {
    ways.push(sql<boolean>`c.email like ${part}`)
    if (digits.length >= 4) ways.push(sql<boolean>`c.phone like ${`%${digits.replace(/^(\+|0)/, '')}%`}`)
  } else if (reach.wholeContact) {
    ways.push(sql<boolean>`c.email = ${lower}`)
    const whole = phoneField.safeParse(words)
    if (whole.success) ways.push(sql<boolean>`c.phone = ${whole.data}`)
  }
  return sql<boolean>`(${sql.join(ways, sql` or `)})`
}

function listItem(row: ClientRow) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.erased_at ? ('erased' as const) : row.merged_into_id === null ? ('active' as const) : ('merged' as const),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    name: row.name,
    email: row.email,
    phone: row.phone,
    preferredChannel: row.preferred_channel,
    tags: row.tags,
  }
}

/** One client with all that this person may see of it; shows the contact to whom it may be revealed. Throws `not_found`. */
export async function readClient(ctx: CallCtx, id: string): Promise<ClientOut> {
  const row = await ctx.db
    .selectFrom('clients as c')
    .leftJoin('clients as s', 's.id', 'c.merged_into_id')
    .select(CLIENT_COLUMNS)
    .select(['s.ref as survivor_ref', ownsOpenItem(ctx).as('theirs')])
    .where('c.id', '=', id)
    .where(readableClients(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('client')
  const contactAccess = await revealContact(ctx, {
    clientId: id,
    assigneeId: row.theirs ? ctx.actor.id : null,
    entityType: 'client',
    entityId: id,
    entityRef: row.ref,
  })
  const merges = await listMerges(ctx, id)
  return {
    ...listItem(row),
    contactAccess,
    about: row.notes,
    mergedInto: row.merged_into_id ? { id: row.merged_into_id, ref: row.survivor_ref ?? '' } : null,
    inquiries: may(ctx, 'inquiries.read') ? await lastInquiries(ctx, id) : [],
    bookings: may(ctx, 'bookings.read') ? await lastBookings(ctx, id) : [],
    notes: await listNotes(ctx.db, 'client', id, ...merges.map((merge) => merge.mergedId)),
    merges,
    duplicates: row.merged_into_id || row.erased_at ? [] : await findDuplicates(ctx, id),
  }
}

/** Throws `not_found` unless this is a client this person may read. */
export async function requireReadable(ctx: CallCtx, id: string): Promise<void> {
  const row = await ctx.db
    .selectFrom('clients as c')
    .select('c.id')
    .where('c.id', '=', id)
    .where(readableClients(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('client')
}

/** Whether an unfinished inquiry or booking of client `c` is assigned to this actor. */
function ownsOpenItem(ctx: CallCtx) {
  return sql<boolean>`(exists (select 1 from inquiries q where q.client_id = c.id and q.assignee_id = ${ctx.actor.id}::uuid
      and q.deleted_at is null and q.status not in (select status from lifecycle_states where machine = 'inquiry' and is_final))
    or exists (select 1 from bookings b where b.client_id = c.id and b.assignee_id = ${ctx.actor.id}::uuid
      and b.deleted_at is null and b.status not in (select status from lifecycle_states where machine = 'booking' and is_final)))`
}

const HISTORY = 50

/** Their own, and what may have reached a client merged into them while it was being merged. */
const itsOwn = (clientId: string) =>
  sql<string>`(select id from clients where id = ${clientId}::uuid or merged_into_id = ${clientId}::uuid)`

async function lastInquiries(ctx: CallCtx, clientId: string): Promise<ClientOut['inquiries']> {
  const rows = await ctx.db
    .selectFrom('inquiries as q')
    .select(['q.id', 'q.ref', 'q.status', 'q.subject', 'q.source', 'q.created_at'])
    .where('q.client_id', 'in', itsOwn(clientId))
    .where('q.deleted_at', 'is', null)
    .where(visibleInquiries(ctx))
    .orderBy('q.created_at', 'desc')
    .limit(HISTORY)
    .execute()
  return rows.map(({ created_at, ...row }) => ({ ...row, createdAt: created_at }))
}

async function lastBookings(ctx: CallCtx, clientId: string): Promise<ClientOut['bookings']> {
  const rows = await ctx.db
    .selectFrom('bookings as b')
    .innerJoin('models as m', 'm.id', 'b.model_id')
    .innerJoin('locations as l', 'l.id', 'b.location_id')
    .select(['b.id', 'b.ref', 'b.status', 'b.starts_at', 'b.ends_at', 'b.price_amount', 'b.currency', 'b.created_at'])
    .select(['m.id as model_id', 'm.name as model_name', 'l.slug', 'l.title', 'l.zone'])
    .where('b.client_id', 'in', itsOwn(clientId))
    .where('b.deleted_at', 'is', null)
    .where(visibleBookings(ctx))
    .orderBy('b.starts_at', 'desc')
    .limit(HISTORY)
    .execute()
  return rows.map((row) => ({
    id: row.id,
    ref: row.ref,
    status: row.status,
    createdAt: row.created_at,
    start: row.starts_at,
    end: row.ends_at,
    model: { id: row.model_id, name: row.model_name },
    location: { slug: row.slug, title: row.title, zone: row.zone },
    price: { amount: row.price_amount, currency: row.currency },
  }))
}

/** Merges into this client that stand, newest first. */
async function listMerges(ctx: CallCtx, survivorId: string): Promise<ClientOut['merges']> {
  const rows = await ctx.db
    .selectFrom('client_merges as g')
    .innerJoin('clients as c', 'c.id', 'g.merged_id')
    .leftJoin('users as u', 'u.id', 'g.merged_by')
    .select(['g.merged_id', 'g.merged_at', 'g.moved', 'c.ref', 'c.name', 'u.id as user_id', 'u.name as user_name'])
    .where('g.survivor_id', '=', survivorId)
    .where('g.undone_at', 'is', null)
    .orderBy('g.merged_at', 'desc')
    .orderBy('g.id', 'desc')
    .limit(HISTORY)
    .execute()
  return rows.map((row) => ({
    mergedId: row.merged_id,
    mergedRef: row.ref,
    mergedName: row.name,
    at: row.merged_at,
    by: row.user_id ? { id: row.user_id, name: row.user_name ?? '' } : null,
    moved: Object.values(row.moved).reduce((sum: number, ids: string[]) => sum + ids.length, 0),
  }))
}
