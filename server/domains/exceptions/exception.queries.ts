import { sql } from 'kysely'
import type { Db } from '#db/client.ts'
import { may } from '#server/context.ts'
import { listNotes } from '#server/domains/notes/index.ts'
import { notFound } from '#server/errors.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import { isOneOf, MOST_CANDIDATES, partOf, refIn } from '#server/trpc/candidates.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { pageOf, type SortColumn } from '#server/trpc/page.ts'
import { exceptionLifecycle } from './exception.machine.ts'
import { visibleExceptions } from './exception.policy.ts'
import { EXCEPTION_COLUMNS } from './exception.repository.ts'
import type { ExceptionOut, ListExceptionsInput } from './exception.schema.ts'

function withNames(db: Db) {
  return db
    .selectFrom('exceptions as x')
    .leftJoin('clients as c', 'c.id', 'x.client_id')
    .leftJoin('users as a', 'a.id', 'x.assignee_id')
    .select(EXCEPTION_COLUMNS)
    .select(['c.ref as client_ref', 'c.name as client_name', 'a.name as assignee_name'])
}

const SORTS: Record<string, SortColumn> = { createdAt: { ref: 'x.created_at', kind: 'time' } }

function readListRows(ctx: CallCtx, input: ListExceptionsInput) {
  let query = withNames(ctx.db).where(visibleExceptions(ctx))

  if (input.severity) query = query.where('x.severity', 'in', input.severity)
  if (input.type) query = query.where('x.type', 'in', input.type)
  if (input.entityType) query = query.where('x.entity_type', '=', input.entityType)
  if (input.entityId) query = query.where('x.entity_id', '=', input.entityId)
  if (input.createdFrom) query = query.where('x.created_at', '>=', input.createdFrom)
  if (input.createdTo) query = query.where('x.created_at', '<', input.createdTo)
  if (input.assignedTo === 'none') query = query.where('x.assignee_id', 'is', null)
  else if (input.assignedTo === 'me') query = query.where('x.assignee_id', '=', ctx.actor.id)
  else if (input.assignedTo) query = query.where('x.assignee_id', '=', input.assignedTo)
  if (input.slaBreached !== undefined) {
    const breached = sql<boolean>`(x.status in ('open', 'investigating') and x.sla_deadline_at < ${ctx.clock.now()}::timestamptz)`
    query = query.where(input.slaBreached ? breached : sql<boolean>`${breached} is not true`)
  }
  if (input.q) query = query.where(isMeant(ctx, input.q))
  return pageOf(query, input, SORTS, 'x.id', { ref: 'x.status', values: input.status })
}

/** By ref, by the ref of what it is about, and by words: a summary may name a client, whom not everyone may find. */
function isMeant(ctx: CallCtx, q: string) {
  const most = sql.lit(MOST_CANDIDATES)
  const ways = [
    sql<string>`select id from exceptions where ref = ${refIn(q)}`,
    sql<string>`select id from exceptions where entity_ref = ${refIn(q)} limit ${most}`,
  ]
  if (may(ctx, 'pii.read') || may(ctx, 'pii.read_own'))
    ways.push(sql<string>`select id from exceptions where lower(summary) like ${partOf(q)} limit ${most}`)
  return isOneOf('x.id', ways)
}

type ListRow = Awaited<ReturnType<typeof readListRows>>['items'][number]

function listItem(row: ListRow, now: Date) {
  return {
    id: row.id,
    ref: row.ref,
    status: row.status,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    type: row.type,
    severity: row.severity,
    summary: row.summary,
    entity: row.entity_type && row.entity_id ? { type: row.entity_type, id: row.entity_id, ref: row.entity_ref } : null,
    client: row.client_id ? { id: row.client_id, ref: row.client_ref ?? '', name: row.client_name ?? '' } : null,
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name ?? '' } : null,
    slaDeadlineAt: row.sla_deadline_at,
    slaBreached: row.closed_at === null && row.sla_deadline_at !== null && row.sla_deadline_at < now,
    occurrences: row.occurrences,
    closedAt: row.closed_at,
  }
}

export async function listExceptions(ctx: CallCtx, input: ListExceptionsInput) {
  const page = await readListRows(ctx, input)
  const now = ctx.clock.now()
  return { ...page, items: page.items.map((row) => listItem(row, now)) }
}

/** One exception as its panel shows it, with the steps possible for this person. Throws `not_found`. */
export async function readException(ctx: CallCtx, id: string): Promise<ExceptionOut> {
  const row = await withNames(ctx.db)
    .leftJoin('users as m', 'm.id', 'x.created_by')
    .select(['x.details', 'm.name as maker_name'])
    .where('x.id', '=', id)
    .where(visibleExceptions(ctx))
    .executeTakeFirst()
  if (!row) throw notFound('exception')
  return {
    ...listItem(row, ctx.clock.now()),
    details: row.details,
    resolution: row.resolution,
    createdBy: row.created_by ? { id: row.created_by, name: row.maker_name ?? '' } : null,
    notes: await listNotes(ctx.db, 'exception', id),
    possible: may(ctx, 'exceptions.write') ? possibleFrom(exceptionLifecycle, row.status, { resolution: row.resolution }) : [],
  }
}
