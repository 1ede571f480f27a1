import { sql } from 'kysely'
import { revealContact } from '#server/auth/reveal-contact.ts'
import { may } from '#server/context.ts'
import { readBooking } from '#server/domains/bookings/index.ts'
import { readInquiry } from '#server/domains/inquiries/index.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { visibleWork, WORK, workColumns, workTable } from '#server/domains/work/index.ts'
import { AppError, notFound } from '#server/errors.ts'
import type { PossibleTransition } from '#server/lifecycle/refusal.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { newestSeq } from './action-center.queries.ts'
import type { ActionCenterItem, ItemInput, ItemOut } from './action-center.schema.ts'
import { type DeskRow, itemOf, withDeskColumns } from './desk-row.ts'
import { readItemTimeline } from './item-timeline.ts'

interface ItemRow extends DeskRow {
  details: string
  facts: Record<string, unknown>
  created_by: string | null
  maker_name: string | null
}

async function readRow(ctx: CallCtx, { kind, id }: ItemInput): Promise<ItemRow | undefined> {
  const { alias, rank } = WORK[kind]
  const more =
    kind === 'task'
      ? sql`nullif(left(t.details, 300), '') as why, 1 as occurrences, t.details, '{}'::jsonb as facts`
      : sql`left(x.details ->> 'text', 300) as why, x.occurrences, coalesce(x.details ->> 'text', '') as details, x.details as facts`
  const row = sql`select ${workColumns(kind)}, ${rank} as rank, ${sql.ref(`${alias}.updated_at`)} as updated_at, ${more},
      ${sql.ref(`${alias}.created_by`)} as created_by, (select name from users m where m.id = ${sql.ref(`${alias}.created_by`)}) as maker_name
    from ${workTable(kind)} where ${sql.ref(`${alias}.id`)} = ${id}::uuid and ${visibleWork(ctx, kind)}`
  const { rows } = await withDeskColumns(ctx, row, sql`w.id`).execute(ctx.db)
  return rows[0] as ItemRow | undefined
}

/** One item as its row shows it; undefined when this person may not see it. */
export async function findItem(ctx: CallCtx, input: ItemInput): Promise<ActionCenterItem | undefined> {
  const row = may(ctx, `${input.kind}s.read`) ? await readRow(ctx, input) : undefined
  return row && itemOf(ctx, row)
}

/**
 * One item as its panel shows it: what it is about, who is to be contacted, the conversation, what happened, and what
 * can be done and taken back. Throws `not_found`.
 */
export async function readItem(ctx: CallCtx, input: ItemInput): Promise<ItemOut> {
  const seq = await newestSeq(ctx.db)
  const row = may(ctx, `${input.kind}s.read`) ? await readRow(ctx, input) : undefined
  if (!row) throw notFound(input.kind)
  const [notes, about, contact] = await Promise.all([
    listNotes(ctx.db, row.kind, row.id),
    readAbout(ctx, row),
    readContact(ctx, row),
  ])
  return {
    ...itemOf(ctx, row),
    seq,
    details: row.details,
    facts: row.facts,
    statusReason: row.words,
    createdBy: row.created_by ? { id: row.created_by, name: row.maker_name ?? '' } : null,
    notes: notes.map((note) => ({ ...note, mayRemove: false })),
    timeline: await readItemTimeline(ctx, row, about?.type === 'booking' ? about.id : null),
    contact,
    about,
  }
}

async function readContact(ctx: CallCtx, row: ItemRow): Promise<ItemOut['contact']> {
  if (row.client_id === null || !may(ctx, 'clients.read')) return null
  const access = await revealContact(ctx, {
    clientId: row.client_id,
    assigneeId: row.assignee_id,
    entityType: row.kind,
    entityId: row.id,
    entityRef: row.ref,
  })
  const client = await ctx.db
    .selectFrom('clients')
    .select(['name', 'email', 'phone', 'preferred_channel'])
    .where('id', '=', row.client_id)
    .executeTakeFirst()
  return client
    ? { name: client.name, email: client.email, phone: client.phone, preferredChannel: client.preferred_channel, access }
    : null
}

type About = NonNullable<ItemOut['about']>
const WHY: Record<About['type'], string> = {
  booking: 'It takes or frees her time, and money and messages follow.',
  inquiry: 'The client is answered, and a booking may follow.',
}

/** The booking or inquiry it is about, if this person may see that too. Its contact data is no part of this. */
async function readAbout(ctx: CallCtx, row: ItemRow): Promise<About | null> {
  const { entity_type: type, entity_id: id } = row
  if (
    id === null ||
    (type !== 'booking' && type !== 'inquiry') ||
    !may(ctx, type === 'booking' ? 'bookings.read' : 'inquiries.read')
  )
    return null
  const permissions = new Set(ctx.actor.permissions)
  for (const contact of ['pii.read', 'pii.read_own', 'pii.reveal'] as const) permissions.delete(contact)
  // Asks for no contact, so nothing is revealed or audited as looked at: the item's own client is.
  const reader: CallCtx = { ...ctx, actor: { ...ctx.actor, permissions }, answer: {} }
  try {
    return type === 'booking' ? aboutBooking(await readBooking(reader, id)) : aboutInquiry(await readInquiry(reader, id))
  } catch (error) {
    if (error instanceof AppError && error.code === 'not_found') return null
    throw error
  }
}

function aboutBooking(booking: Awaited<ReturnType<typeof readBooking>>): About {
  return {
    type: 'booking',
    id: booking.id,
    ref: booking.ref,
    title: `${booking.model.name}, ${booking.place.title}`,
    status: booking.status,
    version: booking.version,
    start: booking.start,
    end: booking.end,
    zone: booking.place.zone,
    amount: booking.price,
    assignee: booking.assignee,
    possible: finalSteps('booking', booking.possible),
  }
}

function aboutInquiry(inquiry: Awaited<ReturnType<typeof readInquiry>>): About {
  return {
    type: 'inquiry',
    id: inquiry.id,
    ref: inquiry.ref,
    title: inquiry.place?.title ?? 'No place named',
    status: inquiry.status,
    version: inquiry.version,
    start: inquiry.from,
    end: inquiry.to,
    zone: inquiry.place?.zone ?? null,
    amount: inquiry.deposit,
    assignee: inquiry.assignee,
    possible: finalSteps('inquiry', inquiry.possible),
  }
}

function finalSteps(type: About['type'], steps: readonly PossibleTransition[]): About['possible'] {
  return steps.map((step) => ({ ...step, undoable: false as const, why: WHY[type] }))
}
