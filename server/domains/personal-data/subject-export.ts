import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { may } from '#server/context.ts'
import { AppError, notFound } from '#server/errors.ts'
import { transact } from '#server/transact.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** A JSON file as a procedure answers it. */
export interface JsonFile {
  name: string
  type: string
  base64: string
}

function jsonFile(name: string, value: unknown): JsonFile {
  return {
    name,
    type: 'application/json; charset=utf-8',
    base64: Buffer.from(`${JSON.stringify(value, null, 2)}\n`).toString('base64'),
  }
}

async function rowsOf(db: Db, query: RawBuilder<unknown>): Promise<unknown[]> {
  const { rows } = await sql<{ row: unknown }>`select to_jsonb(r) as row from (${query}) r`.execute(db)
  return rows.map(({ row }) => row)
}

/** The parts of the file, each a list of rows with named columns. docs/decisions/017 describes them. */
function partsOf(them: RawBuilder<unknown>): Record<string, RawBuilder<unknown>> {
  const inquiries = sql`select id from inquiries where client_id in (${them})`
  const bookings = sql`select id from bookings where client_id in (${them})`
  const payments = sql`select id from payments where booking_id in (${bookings})`
  const items = sql`${them} union all ${inquiries} union all ${bookings} union all ${payments}`
  const work = (table: 'tasks' | 'exceptions') =>
    sql`select w.id from ${sql.table(table)} w where w.client_id in (${them}) or w.entity_id in (${items})`
  return {
    records: sql`select ref, name, email, phone, preferred_channel, tags, notes as about, created_at, updated_at,
      (select s.ref from clients s where s.id = c.merged_into_id) as merged_into from clients c where id in (${them}) order by ref`,
    inquiries: sql`select q.ref, q.source, q.external_ref, q.subject, q.message, l.title as location, q.window_from, q.window_to, q.status,
      q.status_reason, q.deposit_amount, q.currency, q.waiver_reason, q.created_at from inquiries q
      left join locations l on l.id = q.location_id where q.client_id in (${them}) order by q.created_at, q.id`,
    bookings: sql`select b.ref, m.name as model, l.title as location, b.starts_at, b.ends_at, b.call_type, b.status, b.status_reason,
      b.price_amount, b.paid_amount, b.currency, b.deposit_amount, b.deposit_status, b.payment_status, b.waiver_reason, b.internal_notes,
      b.created_at from bookings b join models m on m.id = b.model_id join locations l on l.id = b.location_id
      where b.client_id in (${them}) order by b.starts_at, b.id`,
    timeline: sql`select b.ref as booking, t.at, t.kind, t.title, t.body, t.actor_name as by from booking_timeline t
      join bookings b on b.id = t.booking_id where b.client_id in (${them}) order by t.at, t.id`,
    payments: sql`select p.ref, b.ref as booking, p.type, p.method, p.provider, p.status, p.amount, p.currency, p.reference, p.raw,
      p.created_at from payments p join bookings b on b.id = p.booking_id where b.client_id in (${them}) order by p.created_at, p.id`,
    tasks: sql`select ref, type, subject, details, status, status_reason, created_at from tasks where id in (${work('tasks')})
      order by created_at, id`,
    exceptions: sql`select ref, type, severity, summary, details, status, resolution, created_at from exceptions
      where id in (${work('exceptions')}) order by created_at, id`,
    notes: sql`select n.entity_type as "on", n.body, u.name as by, n.created_at from notes n left join users u on u.id = n.created_by
      where n.entity_id in (${items} union all ${work('tasks')} union all ${work('exceptions')}) order by n.created_at, n.id`,
    looks: sql`select at, actor_name as who, replace(action, 'client.', '') as how, reason, after -> 'opened' as opened from audit_log
      where entity_type = 'client' and entity_id in (${them}) and action in ('client.viewed', 'client.revealed', 'client.exported') order by at, id`,
  }
}

/**
 * Everything the agency knows about a client and the records merged into it, as one JSON file, for answering the person's
 * own request. Audited as `client.exported`. Throws `not_found`, `forbidden` for who may not see contacts in full.
 */
export async function exportClient(ctx: CallCtx, { id }: { id: string }): Promise<JsonFile> {
  if (!may(ctx, 'pii.read')) throw new AppError('forbidden', 'Who may not see contacts can not take them away either.')
  return transact(ctx, async (tx) => {
    const [client] = await tx.run(
      tx.db.selectFrom('clients').select(['id', 'ref', 'erased_at']).where('id', '=', id).where('deleted_at', 'is', null),
    )
    if (!client) throw notFound('client')
    if (client.erased_at) throw new AppError('conflict', `${client.ref} was erased: nothing is known about them.`)
    const them = sql`with recursive r as (select ${id}::uuid as id union select c.id from clients c join r on c.merged_into_id = r.id)
      select id from r`
    const parts: Record<string, unknown[]> = {}
    for (const [name, query] of Object.entries(partsOf(them))) parts[name] = await rowsOf(tx.db, query)
    const rows = Object.values(parts).reduce((sum, list) => sum + list.length, 0)
    tx.audit({ action: 'client.exported', entityType: 'client', entityId: id, entityRef: client.ref, after: { rows } })
    return jsonFile(`virel-${client.ref}.json`, { about: client.ref, madeAt: tx.now, ...parts })
  })
}

/** What the agency keeps about one of its own people, for that person. Throws `forbidden` for API keys. */
export async function exportOwn(ctx: CallCtx): Promise<JsonFile> {
  const { actor } = ctx
  if (actor.kind !== 'user' || !actor.id) throw new AppError('forbidden', 'Only people have data of their own.')
  const me = sql`${actor.id}::uuid`
  const parts: Record<string, RawBuilder<unknown>> = {
    account: sql`select email, name, created_at, updated_at, last_sign_in_at,
      array(select role_code from user_roles where user_id = u.id order by 1) as roles from users u where id = ${me}`,
    sessions: sql`select created_at, last_seen_at, expires_at, ip, agent from sessions where user_id = ${me} order by created_at`,
    views: sql`select screen, name, query, is_shared, created_at from saved_views where owner_id = ${me} order by created_at`,
    notes: sql`select entity_type as "on", body, created_at from notes where created_by = ${me} order by created_at limit 10000`,
    reveals: sql`select c.ref as client, r.reason, r.created_at, r.expires_at from contact_reveals r
      join clients c on c.id = r.client_id where r.user_id = ${me} order by r.created_at limit 10000`,
    done: sql`select at, action, entity_type as "on", entity_ref as ref, via, ip, agent from audit_log where actor_id = ${me}
      order by at desc limit 10000`,
  }
  const found: Record<string, unknown[]> = {}
  for (const [name, query] of Object.entries(parts)) found[name] = await rowsOf(ctx.db, query)
  return jsonFile('virel-my-data.json', { about: actor.name, madeAt: ctx.clock.now(), ...found })
}
