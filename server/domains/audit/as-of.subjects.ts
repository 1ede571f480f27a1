import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#db/client.ts'
import type { Permission } from '#server/auth/permissions.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { readableClients } from '#server/domains/clients/index.ts'
import { visibleExceptions } from '#server/domains/exceptions/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import { mayReadInternal, readableModels, readParts } from '#server/domains/models/index.ts'
import { visibleTasks } from '#server/domains/tasks/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** What can be shown as it was. */
export const SUBJECTS = ['booking', 'inquiry', 'client', 'model', 'task', 'exception'] as const
export type Subject = (typeof SUBJECTS)[number]

export interface Present {
  ref: string
  createdAt: Date
  /** Whose contact data its fields may hold, and whose item it is. */
  client: { id: string; assigneeId: string | null } | null
  fields: Record<string, unknown>
}

interface Definition {
  read: Permission
  /** The row under the policy of its kind; `_ref` and `created_at` besides the fields. */
  row(ctx: CallCtx, id: string): RawBuilder<Record<string, unknown>>
  /** Fields that live in other tables. */
  more?(db: Db, id: string): Promise<Record<string, unknown>>
}

const codes = (table: string, key: string, id: RawBuilder<unknown>) =>
  sql`(select coalesce(jsonb_agg(s.code order by s.code), '[]') from ${sql.table(table)} x join services s on s.id = x.service_id
    where ${sql.ref(`x.${key}`)} = ${id}) as services`

const DEFINITIONS: Record<Subject, Definition> = {
  booking: {
    read: 'bookings.read',
    row: (ctx, id) => sql`
      select b.ref as _ref, b.created_at, b.status, b.status_reason, b.client_id, b.inquiry_id, b.model_id, b.location_id, b.starts_at,
        b.ends_at, b.call_type, ${codes('booking_services', 'booking_id', sql`b.id`)}, b.price_amount, b.price_lines, b.currency,
        b.deposit_amount, b.deposit_status, b.deposit_deadline_at, b.paid_amount, b.payment_status, b.waiver_reason, b.waived_by,
        b.client_confirmed_arrival, b.assignee_id, b.internal_notes
      from bookings b where b.id = ${id}::uuid and b.deleted_at is null and ${visibleBookings(ctx)}`,
  },
  inquiry: {
    read: 'inquiries.read',
    row: (ctx, id) => sql`
      select q.ref as _ref, q.created_at, q.status, q.status_reason, q.source, q.external_ref, q.client_id, q.subject, q.message,
        q.location_id, q.window_from, q.window_to, ${codes('inquiry_services', 'inquiry_id', sql`q.id`)}, q.priority,
        q.deposit_amount, q.currency, q.waiver_reason, q.waived_by, q.assignee_id, q.answered_at
      from inquiries q where q.id = ${id}::uuid and q.deleted_at is null and ${visibleInquiries(ctx)}`,
  },
  client: {
    read: 'clients.read',
    row: (ctx, id) => sql`
      select c.ref as _ref, c.created_at, c.id as client_id, c.name, c.email, c.phone, c.preferred_channel, c.tags, c.notes,
        c.merged_into_id
      from clients c where c.id = ${id}::uuid and ${readableClients(ctx)}`,
  },
  model: {
    read: 'models.read',
    row: (ctx, id) => sql`
      select m.public_code as _ref, m.created_at, m.public_code, m.name, m.slug, m.status, m.status_reason, m.visibility,
        m.primary_location_id, m.internal_rating, m.internal_notes, m.buffer_before_min, m.buffer_after_min
      from models m where m.id = ${id}::uuid and ${readableModels(ctx)}`,
    more: async (db, id) => ({ ...(await readParts(db, id)) }),
  },
  task: {
    read: 'tasks.read',
    row: (ctx, id) => sql`
      select t.ref as _ref, t.created_at, t.type, t.subject, t.details, t.client_id, t.priority, t.status, t.status_reason,
        t.assignee_id, t.due_at, t.sla_deadline_at, t.completed_at
      from tasks t where t.id = ${id}::uuid and ${visibleTasks(ctx)}`,
  },
  exception: {
    read: 'exceptions.read',
    row: (ctx, id) => sql`
      select x.ref as _ref, x.created_at, x.type, x.severity, x.summary, x.details, x.client_id, x.status, x.resolution,
        x.assignee_id, x.sla_deadline_at, x.closed_at, x.occurrences
      from exceptions x where x.id = ${id}::uuid and ${visibleExceptions(ctx)}`,
  },
}

/** The entity as it is now, if this person may see it; unknown and foreign are alike undefined. */
export async function readPresent(ctx: CallCtx, subject: Subject, id: string): Promise<Present | undefined> {
  const definition = DEFINITIONS[subject]
  if (ctx.actor.kind !== 'system' && !ctx.actor.permissions.has(definition.read)) return undefined
  const { rows } = await definition.row(ctx, id).execute(ctx.db)
  const [row] = rows
  if (!row) return undefined
  const { _ref, created_at, ...columns } = row
  const clientId = typeof columns.client_id === 'string' ? columns.client_id : null
  if (subject === 'model' && !mayReadInternal(ctx)) {
    delete columns.internal_rating
    delete columns.internal_notes
  }
  const assigneeId = typeof columns.assignee_id === 'string' ? columns.assignee_id : null
  if (subject === 'client') delete columns.client_id
  return {
    ref: String(_ref),
    createdAt: created_at instanceof Date ? created_at : new Date(String(created_at)),
    client: clientId === null ? null : { id: clientId, assigneeId },
    // As JSON says it, so that it compares with what audit rows keep.
    fields: JSON.parse(JSON.stringify({ ...columns, ...(await definition.more?.(ctx.db, id)) })),
  }
}
