import type { Updateable } from 'kysely'
import type { InquiriesTable } from '#db/tables/index.ts'
import { requireAssignable } from '#server/auth/assignment.ts'
import { may } from '#server/context.ts'
import { differences } from '#server/differences.ts'
import { AppError, invalid } from '#server/errors.ts'
import { advance, requireVersion, type Transition, type TransitionRequest } from '#server/lifecycle/advance.ts'
import type { Tx } from '#server/transact.ts'
import { inquiryLiving, requireCurrency } from './inquiry.lifecycle.ts'
import { type LockedInquiry, lockInquiry, servicesOf } from './inquiry.repository.ts'
import type { UpdateInquiryInput } from './inquiry.schema.ts'
import { requireLocation, requireServices } from './receive-inquiry.ts'

/** Moves an inquiry along its lifecycle. Throws `transition_refused`, `stale_write`, `not_found`, `taken`. */
export async function setInquiryStatus(tx: Tx, id: string, request: TransitionRequest): Promise<Transition> {
  const row = await lockInquiry(tx, id)
  const { transition } = await advance(tx, inquiryLiving, row, request)
  return transition
}

/** Edits what was asked for. Throws `stale_write` with the current values, `conflict` when the inquiry is over. */
export async function updateInquiry(tx: Tx, input: UpdateInquiryInput): Promise<void> {
  const row = await lockInquiry(tx, input.id)
  requireVersion(row, input.version, {
    status: row.status,
    subject: row.subject,
    message: row.message,
    priority: row.priority,
    from: row.window_from,
    to: row.window_to,
  })
  if (['converted', 'lost', 'spam'].includes(row.status))
    throw new AppError('conflict', `It is ${row.status}; it can no longer be edited.`)
  const columns: Updateable<InquiriesTable> = {}
  if (input.subject !== undefined) columns.subject = input.subject
  if (input.message !== undefined) columns.message = input.message
  if (input.priority !== undefined) columns.priority = input.priority
  if (input.location !== undefined)
    columns.location_id = input.location === null ? null : await requireLocation(tx, input.location)
  if (input.from !== undefined) columns.window_from = input.from
  if (input.to !== undefined) columns.window_to = input.to
  const from = input.from === undefined ? row.window_from : input.from
  const to = input.to === undefined ? row.window_to : input.to
  if (from && to && to <= from) throw invalid('to', 'must be after from')
  if (input.deposit !== undefined) {
    if (input.deposit === null && row.status === 'awaiting_deposit' && row.waiver_reason === null) {
      throw new AppError('conflict', 'It awaits this deposit. Waive it instead.')
    }
    if (input.deposit) requireCurrency('deposit.currency', input.deposit.currency, row)
    if (row.booking && !['draft', 'pending'].includes(row.booking.status)) {
      throw new AppError('conflict', 'Its booking holds or has the deposit already. Change it there.')
    }
    columns.deposit_amount = input.deposit?.amount ?? null
  }
  let services: { before: string[]; after: string[] } | undefined
  if (input.services !== undefined) {
    const ids = await requireServices(tx, input.services)
    services = { before: await servicesOf(tx, row.id), after: [...new Set(input.services)].sort() }
    tx.send(tx.db.deleteFrom('inquiry_services').where('inquiry_id', '=', row.id))
    if (ids.length > 0)
      tx.send(tx.db.insertInto('inquiry_services').values(ids.map((service_id) => ({ inquiry_id: row.id, service_id }))))
  }
  saveEdit(tx, row, columns, services)
}

function saveEdit(
  tx: Tx,
  row: LockedInquiry,
  columns: Updateable<InquiriesTable>,
  services?: { before: string[]; after: string[] },
): void {
  const change = differences(
    { ...row, ...(services ? { services: services.before } : {}) },
    { ...columns, ...(services ? { services: services.after } : {}) },
  )
  if (Object.keys(change.after).length === 0) return
  tx.send(
    tx.db
      .updateTable('inquiries')
      .set({ ...columns, version: row.version + 1, updated_at: tx.now })
      .where('id', '=', row.id),
  )
  tx.audit({
    action: 'inquiry.updated',
    entityType: 'inquiry',
    entityId: row.id,
    entityRef: row.ref,
    ...change,
  })
  tx.event({
    type: 'inquiry.updated',
    entityType: 'inquiry',
    entityId: row.id,
    entityRef: row.ref,
    payload: { fields: Object.keys(change.after) },
    assigneeId: columns.assignee_id === undefined ? row.assignee_id : columns.assignee_id,
    previousAssigneeId: row.assignee_id,
  })
}

/** Gives the inquiry to someone, or to nobody. Oneself by `inquiries.write`, others by `inquiries.assign`. */
export async function assignInquiry(tx: Tx, input: { id: string; userId: string | null }): Promise<void> {
  const row = await lockInquiry(tx, input.id)
  if (row.assignee_id === input.userId) return
  const own = input.userId === tx.ctx.actor.id || (input.userId === null && row.assignee_id === tx.ctx.actor.id)
  if (!own && !may(tx.ctx, 'inquiries.assign'))
    throw new AppError('forbidden', 'Your role may take inquiries, not assign them to others.')
  // Given to someone who could not see it, it would be lost to everyone who works it.
  if (input.userId !== null) await requireAssignable(tx.db, input.userId, 'inquiries.read')
  saveEdit(tx, row, { assignee_id: input.userId })
}
