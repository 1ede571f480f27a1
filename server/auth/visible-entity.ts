import { type RawBuilder, sql } from 'kysely'
import type { ExceptionEntity, TaskEntity } from '#db/tables/index.ts'
import { may } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { visibleExceptions } from '#server/domains/exceptions/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import { visibleTasks } from '#server/domains/tasks/index.ts'
import { invalid } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import type { Permission } from './permissions.ts'

type Kind = TaskEntity | Exclude<ExceptionEntity, 'job'>

interface VisibleEntity {
  ref: string
  clientId?: string
}

const READ: Record<Kind, Permission> = {
  inquiry: 'inquiries.read',
  booking: 'bookings.read',
  client: 'clients.read',
  model: 'models.read',
  payment: 'payments.read',
  task: 'tasks.read',
  exception: 'exceptions.read',
}

type Found = { ref: string; client_id: string | null }

/** The row of this kind and id under its own policy. */
function lookup(tx: Tx, kind: Kind, id: string): RawBuilder<Found> {
  switch (kind) {
    case 'inquiry':
      return sql`select q.ref, q.client_id from inquiries q where q.id = ${id}::uuid and q.deleted_at is null and ${visibleInquiries(tx.ctx)}`
    case 'booking':
      return sql`select b.ref, b.client_id from bookings b where b.id = ${id}::uuid and b.deleted_at is null and ${visibleBookings(tx.ctx)}`
    case 'client':
      return sql`select c.ref, c.id as client_id from clients c where c.id = ${id}::uuid and c.deleted_at is null`
    case 'model':
      return sql`select m.public_code as ref, null::uuid as client_id from models m where m.id = ${id}::uuid and m.deleted_at is null`
    case 'payment':
      return sql`select p.ref, b.client_id from payments p join bookings b on b.id = p.booking_id where p.id = ${id}::uuid`
    case 'task':
      return sql`select t.ref, t.client_id from tasks t where t.id = ${id}::uuid and ${visibleTasks(tx.ctx)}`
    case 'exception':
      return sql`select x.ref, x.client_id from exceptions x where x.id = ${id}::uuid and ${visibleExceptions(tx.ctx)}`
  }
}

/** What a task or exception is about. Throws `invalid`, alike for what is unknown and what this actor may not see. */
export async function requireVisibleEntity(tx: Tx, kind: Kind, id: string): Promise<VisibleEntity> {
  const [row] = may(tx.ctx, READ[kind]) ? await tx.run(lookup(tx, kind, id)) : []
  if (!row) throw invalid('entityId', `is not a ${kind} you can see`)
  return { ref: row.ref, clientId: row.client_id ?? undefined }
}
