import { sql } from 'kysely'
import type { WorkRow } from '#server/domains/work/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { ItemOut } from './action-center.schema.ts'

type Entry = ItemOut['timeline'][number]
const MOST = 100

interface AuditRow {
  at: Date
  action: string
  actor_name: string
  reason: string | null
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
  assignee: string | null
}

/** What happened to an item and, if given, to its booking, newest first. Values people wrote are left out but for reasons. */
export async function readItemTimeline(ctx: CallCtx, item: WorkRow, bookingId: string | null): Promise<Entry[]> {
  const [own, booking] = await Promise.all([readAudit(ctx, item), bookingId ? readBookingTimeline(ctx, bookingId) : []])
  return [...own, ...booking].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, MOST)
}

async function readAudit(ctx: CallCtx, item: WorkRow): Promise<Entry[]> {
  const { rows } = await sql<AuditRow>`
    select l.at, l.action, l.actor_name, l.reason, l.before, l.after, u.name as assignee
    from audit_log l left join users u on u.id = (l.after ->> 'assignee_id')::uuid
    where l.entity_type = ${item.kind} and l.entity_id = ${item.id}::uuid and l.action not like '%.transition_refused'
    order by l.at desc, l.id desc limit ${MOST}`.execute(ctx.db)
  return rows.map((row) => ({
    at: row.at,
    kind: row.action.split('.')[1] ?? row.action,
    title: titleOf(row),
    body: row.reason,
    by: row.actor_name,
    about: 'item' as const,
  }))
}

const words = (value: unknown) => String(value).replaceAll('_', ' ')

function titleOf({ action, before, after, assignee }: AuditRow): string {
  switch (action.split('.')[1]) {
    case 'created':
      return 'Made'
    case 'status_changed':
      return `${words(before?.status)} → ${words(after?.status)}`
    case 'assigned':
      return assignee ? `Assigned to ${assignee}` : 'Assigned to nobody'
    case 'note_added':
      return 'Note added'
    case 'note_removed':
      return 'Note taken back'
    case 'snoozed':
      return 'Put aside'
    case 'returned':
      return 'Back on the list'
    case 'claim_lapsed':
      return 'Claim lapsed; everybody’s again'
    case 'sla_breached':
      return 'Deadline missed'
    case 'undone':
      return 'Taken back'
    default:
      return after ? `Changed: ${Object.keys(after).map(words).join(', ')}` : words(action)
  }
}

async function readBookingTimeline(ctx: CallCtx, bookingId: string): Promise<Entry[]> {
  const rows = await ctx.db
    .selectFrom('booking_timeline')
    .select(['at', 'kind', 'title', 'body', 'actor_name as by'])
    .where('booking_id', '=', bookingId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute()
  return rows.map((row) => ({ ...row, about: 'entity' as const }))
}
