import { sql } from 'kysely'
import { readableClients } from '#server/domains/clients/index.ts'
import { notFound } from '#server/errors.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { findBlockers } from './blockers.ts'
import type { ErasureOut, ErasurePreview } from './erasure.schema.ts'
import { STEPS } from './erasure-steps.ts'

/** How far the erasure of a client has come; null when there is none. */
export async function readErasure(ctx: CallCtx, clientId: string): Promise<ErasureOut | null> {
  const row = await ctx.db
    .selectFrom('client_erasures as e')
    .innerJoin('clients as c', 'c.id', 'e.client_id')
    .leftJoin('users as u', 'u.id', 'e.requested_by')
    .select(['e.client_id', 'c.ref', 'e.state', 'e.steps_done', 'e.counts', 'e.created_at', 'e.finished_at'])
    .select(['u.id as user_id', 'u.name as user_name'])
    .where('e.client_id', '=', clientId)
    .executeTakeFirst()
  if (!row) return null
  const next = STEPS.find((step) => !row.steps_done.includes(step.code))
  return {
    clientId: row.client_id,
    clientRef: row.ref,
    state: row.state,
    step: row.steps_done.length,
    steps: STEPS.length,
    doing: row.state === 'done' ? null : (next?.doing ?? 'Finishing'),
    changed: STEPS.flatMap(({ code, what }) => {
      const count = row.counts[code] ?? 0
      return count > 0 ? [{ what, count }] : []
    }),
    requestedBy: row.user_id ? { id: row.user_id, name: row.user_name ?? '' } : null,
    requestedAt: row.created_at,
    finishedAt: row.finished_at,
  }
}

interface Counts {
  ref: string
  merged: string[]
  inquiries: number
  bookings: number
  payments: number
  work: number
  notes: number
  texts: number
  audit: number
  namesakes: number
}

/** What erasing would remove and what would stay, and what stands in its way. Throws `not_found`. */
export async function previewErasure(ctx: CallCtx, clientId: string): Promise<ErasurePreview> {
  const { rows } = await sql<Counts & { ids: string[] }>`
    with recursive them as (
      select c.id from clients c where c.id = ${clientId}::uuid and ${readableClients(ctx)}
      union
      select c.id from clients c join them on c.merged_into_id = them.id
    ), q as (select id from inquiries where client_id in (select id from them)),
    b as (select id from bookings where client_id in (select id from them))
    select me.ref, array(select id from them) as ids,
      array(select ref from clients where id in (select id from them) and id <> me.id order by ref) as merged,
      (select count(*) from q) as inquiries, (select count(*) from b) as bookings,
      (select count(*) from payments where booking_id in (select id from b)) as payments,
      (select count(*) from tasks where client_id in (select id from them))
        + (select count(*) from exceptions where client_id in (select id from them)) as work,
      (select count(*) from notes where (entity_type = 'client' and entity_id in (select id from them))
        or (entity_type = 'inquiry' and entity_id in (select id from q))) as notes,
      (select count(*) from booking_timeline where booking_id in (select id from b) and body is not null) as texts,
      (select count(*) from audit_log where entity_type = 'client' and entity_id in (select id from them)) as audit,
      (select count(*) from clients c where lower(c.name) = lower(me.name) and c.id not in (select id from them)) as namesakes
    from clients me join them using (id) where me.id = ${clientId}::uuid`.execute(ctx.db)
  const [row] = rows
  if (!row) throw notFound('client')
  const removed = [
    { what: 'Name, email, phone, tags and what is written about them', count: row.ids.length },
    { what: 'Messages and subjects of inquiries', count: row.inquiries },
    { what: 'Notes', count: row.notes },
    { what: 'Notes and reasons on timelines of bookings', count: row.texts },
    { what: 'Texts of tasks and exceptions', count: row.work },
    { what: 'References of payments', count: row.payments },
    { what: 'Contents of audit entries about the client', count: row.audit },
  ]
  return {
    clientId,
    clientRef: row.ref,
    blockers: await findBlockers(ctx.db, row.ids),
    removed: removed.filter(({ count }) => count > 0),
    kept: [
      { what: 'Bookings', count: row.bookings, why: 'time, model, place and price, for the figures of the agency' },
      { what: 'Payments', count: row.payments, why: 'amounts and dates, for the books' },
      { what: 'Inquiries', count: row.inquiries, why: 'that there was one, from where, and how it ended' },
      { what: 'Audit entries', count: row.audit, why: 'who did what and when, so that the log can still be proved whole' },
    ].filter(({ count }) => count > 0),
    merged: row.merged,
    namesakes: row.namesakes,
    alike: await findAlike(ctx, clientId, row.ids),
    erasure: await readErasure(ctx, clientId),
  }
}

async function findAlike(ctx: CallCtx, clientId: string, ids: readonly string[]): Promise<ErasurePreview['alike']> {
  const { rows } = await sql<{ id: string; ref: string }>`
    select c.id, c.ref from clients c, clients me
    where me.id = ${clientId}::uuid and (c.email = me.email or c.phone = me.phone)
      and c.merged_into_id is null and c.deleted_at is null and c.id <> all(${ids}::uuid[])
    order by c.ref limit 20`.execute(ctx.db)
  return rows
}
