import { type RawBuilder, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { readableClients } from '#server/domains/clients/index.ts'
import { visibleExceptions } from '#server/domains/exceptions/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import { readableModels } from '#server/domains/models/index.ts'
import { visibleTasks } from '#server/domains/tasks/index.ts'
import type { SearchKind } from './search.policy.ts'

/** What search knows of a kind: its table, whose rows, how else than by words it is found, what is shown of it. */
export interface KindSql {
  table: string
  alias: string
  /** Rows that are there, and this actor's to see: the same policy as the list's. */
  visible(ctx: Pick<Ctx, 'actor'>): RawBuilder<boolean>
  /** Ids of rows with one of these refs. */
  byRef(refs: readonly string[]): RawBuilder<unknown>
  /** Ids of rows of these clients. */
  byClient?(ids: readonly string[]): RawBuilder<unknown>
  hasAssignee: boolean
  joins: RawBuilder<unknown>
  /** Columns of HitRow that this kind has. */
  columns: RawBuilder<unknown>
}

/** A found row; of each kind some columns. */
export interface HitRow {
  id: string
  ref: string
  status: string
  created_at: Date
  client_id?: string | null
  client_ref?: string | null
  client_name?: string | null
  email?: string | null
  phone?: string | null
  tags?: string[]
  model_id?: string | null
  model_name?: string | null
  model_code?: string | null
  place?: string | null
  zone?: string | null
  starts_at?: Date | null
  subject?: string | null
  type?: string | null
  urgency?: string | null
  about_type?: string | null
  about_id?: string | null
  about_ref?: string | null
  reference?: string | null
  amount?: number | null
  currency?: string | null
  assignee_id?: string | null
  assignee_name?: string | null
}

const OF_A_CLIENT = 500
const client = sql`c.id as client_id, c.ref as client_ref, c.name as client_name`
const assignee = sql`a.id as assignee_id, a.name as assignee_name`
const someOf = (table: string, ids: readonly string[]) =>
  sql`select id from ${sql.table(table)} where client_id = any(${ids}::uuid[]) order by created_at desc limit ${sql.lit(OF_A_CLIENT)}`

export const KIND_SQL: Record<SearchKind, KindSql> = {
  booking: {
    table: 'bookings',
    alias: 'b',
    visible: (ctx) => sql`b.deleted_at is null and ${visibleBookings(ctx)}`,
    byRef: (refs) => sql`select id from bookings where ref = any(${refs}::text[])`,
    byClient: (ids) => someOf('bookings', ids),
    hasAssignee: true,
    joins: sql`join clients c on c.id = b.client_id join models m on m.id = b.model_id join locations l on l.id = b.location_id
      left join users a on a.id = b.assignee_id`,
    columns: sql`b.ref, b.status, ${client}, ${assignee}, m.id as model_id, m.name as model_name, m.public_code as model_code,
      l.title as place, l.zone, b.starts_at`,
  },
  inquiry: {
    table: 'inquiries',
    alias: 'q',
    visible: (ctx) => sql`q.deleted_at is null and ${visibleInquiries(ctx)}`,
    byRef: (refs) => sql`select id from inquiries where ref = any(${refs}::text[])`,
    byClient: (ids) => someOf('inquiries', ids),
    hasAssignee: true,
    joins: sql`join clients c on c.id = q.client_id left join locations l on l.id = q.location_id left join users a on a.id = q.assignee_id`,
    columns: sql`q.ref, q.status, ${client}, ${assignee}, l.title as place, l.zone, q.window_from as starts_at, q.subject,
      q.source as type, q.priority as urgency`,
  },
  client: {
    table: 'clients',
    alias: 'c',
    visible: (ctx) => sql`c.merged_into_id is null and ${readableClients(ctx)}`,
    byRef: (refs) => sql`select id from clients where ref = any(${refs}::text[])`,
    byClient: (ids) => sql`select unnest(${ids}::uuid[]) as id`,
    hasAssignee: false,
    joins: sql``,
    columns: sql`c.ref, 'active' as status, ${client}, c.email, c.phone, c.tags`,
  },
  model: {
    table: 'models',
    alias: 'm',
    visible: readableModels,
    byRef: (refs) => sql`select id from models where public_code = any(${refs}::text[])`,
    hasAssignee: false,
    joins: sql`join locations l on l.id = m.primary_location_id`,
    columns: sql`m.public_code as ref, m.status, m.id as model_id, m.name as model_name, m.public_code as model_code, l.title as place, l.zone`,
  },
  task: {
    table: 'tasks',
    alias: 't',
    visible: visibleTasks,
    byRef: (refs) => sql`select id from tasks where ref = any(${refs}::text[]) union all
      (select id from tasks where entity_ref = any(${refs}::text[]) order by created_at desc limit ${sql.lit(OF_A_CLIENT)})`,
    byClient: (ids) => someOf('tasks', ids),
    hasAssignee: true,
    joins: sql`left join clients c on c.id = t.client_id left join users a on a.id = t.assignee_id`,
    columns: sql`t.ref, t.status, ${client}, ${assignee}, t.subject, t.type, t.priority as urgency, t.entity_type as about_type,
      t.entity_id as about_id, t.entity_ref as about_ref`,
  },
  exception: {
    table: 'exceptions',
    alias: 'x',
    visible: visibleExceptions,
    byRef: (refs) => sql`select id from exceptions where ref = any(${refs}::text[]) union all
      (select id from exceptions where entity_ref = any(${refs}::text[]) order by created_at desc limit ${sql.lit(OF_A_CLIENT)})`,
    byClient: (ids) => someOf('exceptions', ids),
    hasAssignee: true,
    joins: sql`left join clients c on c.id = x.client_id left join users a on a.id = x.assignee_id`,
    columns: sql`x.ref, x.status, ${client}, ${assignee}, x.summary as subject, x.type, x.severity as urgency,
      x.entity_type as about_type, x.entity_id as about_id, x.entity_ref as about_ref`,
  },
  payment: {
    table: 'payments',
    alias: 'p',
    // Who reads payments reads them all.
    visible: () => sql`true`,
    byRef: (refs) => sql`select id from payments where ref = any(${refs}::text[]) union all
      select p.id from payments p join bookings b on b.id = p.booking_id where b.ref = any(${refs}::text[])`,
    byClient: (
      ids,
    ) => sql`select p.id from payments p join bookings b on b.id = p.booking_id where b.client_id = any(${ids}::uuid[])
      order by p.created_at desc limit ${sql.lit(OF_A_CLIENT)}`,
    hasAssignee: false,
    joins: sql`join bookings b on b.id = p.booking_id join clients c on c.id = b.client_id`,
    columns: sql`p.ref, p.status, ${client}, p.type, p.reference, p.amount, p.currency, 'booking' as about_type, b.id as about_id, b.ref as about_ref`,
  },
}
