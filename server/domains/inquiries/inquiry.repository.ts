import { type Selectable, sql } from 'kysely'
import type { InquiriesTable } from '#db/tables/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'
import { visibleInquiries } from './inquiry.policy.ts'

/** A locked inquiry with what its rules look at. */
export interface LockedInquiry extends Selectable<InquiriesTable> {
  client_tags: string[]
  /** The live booking that came of it. */
  booking: { id: string; status: string } | null
}

export const INQUIRY_COLUMNS = [
  'q.id',
  'q.ref',
  'q.source',
  'q.external_ref',
  'q.client_id',
  'q.subject',
  'q.message',
  'q.location_id',
  'q.window_from',
  'q.window_to',
  'q.priority',
  'q.status',
  'q.status_reason',
  'q.deposit_amount',
  'q.currency',
  'q.waiver_reason',
  'q.waived_by',
  'q.assignee_id',
  'q.answered_at',
  'q.version',
  'q.created_by',
  'q.created_at',
  'q.updated_at',
  'q.deleted_at',
] as const

/** The one booking of this inquiry that is not cancelled, expired or a no-show, as jsonb. */
export function liveBooking() {
  return sql<{
    id: string
    ref: string
    status: string
  } | null>`(select jsonb_build_object('id', b.id, 'ref', b.ref, 'status', b.status)
    from bookings b where b.inquiry_id = q.id
      and b.status in ('draft', 'pending', 'deposit_required', 'confirmed', 'in_progress', 'completed'))`
}

/** Locks the inquiry this actor may see, or throws `not_found`. */
export async function lockInquiry(tx: Tx, id: string): Promise<LockedInquiry> {
  const [row] = await tx.run(
    tx.db
      .selectFrom('inquiries as q')
      .innerJoin('clients as c', 'c.id', 'q.client_id')
      .select(INQUIRY_COLUMNS)
      .select(['c.tags as client_tags', liveBooking().as('booking')])
      .where('q.id', '=', id)
      .where('q.deleted_at', 'is', null)
      .where(visibleInquiries(tx.ctx))
      .forUpdate('q'),
  )
  if (!row) throw notFound('inquiry')
  return row
}

/** Codes of what was asked for, sorted. */
export async function servicesOf(tx: Tx, inquiryId: string): Promise<string[]> {
  const rows = await tx.db
    .selectFrom('inquiry_services as i')
    .innerJoin('services as s', 's.id', 'i.service_id')
    .select('s.code')
    .where('i.inquiry_id', '=', inquiryId)
    .orderBy('s.code')
    .execute()
  return rows.map((row) => row.code)
}
