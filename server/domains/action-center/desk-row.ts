import { type RawBuilder, sql } from 'kysely'
import { type Ctx, may } from '#server/context.ts'
import { visibleBookings } from '#server/domains/bookings/index.ts'
import { visibleInquiries } from '#server/domains/inquiries/index.ts'
import type { WorkRow } from '#server/domains/work/index.ts'
import { PRESENT_SECONDS } from '#server/realtime/index.ts'
import type { ActionCenterItem } from './action-center.schema.ts'
import { actionsOf, possibleSteps } from './desk-actions.ts'

export interface DeskRow extends WorkRow {
  rank: number
  why: string | null
  occurrences: number
  updated_at: Date
  client_ref: string | null
  client_name: string | null
  assignee_name: string | null
  snoozer_name: string | null
  note_count: number
  presence: { id: string; name: string; mode: 'viewing' | 'editing' }[]
  label: string | null
  starts_at: Date | null
  ends_at: Date | null
  zone: string | null
  /** To the microsecond, for the cursor. */
  deadline_key: string
  created_key: string
  done_key: string | null
}

const key = (time: RawBuilder<unknown>) => sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/** What a row shows besides its own columns, read for the rows of one page (alias `w`) only. */
export function withDeskColumns(ctx: Pick<Ctx, 'actor' | 'clock'>, rows: RawBuilder<unknown>, order: RawBuilder<unknown>) {
  const seen = new Date(ctx.clock.now().getTime() - PRESENT_SECONDS * 1_000)
  const booking = may(ctx, 'bookings.read') ? visibleBookings(ctx) : sql`false`
  const inquiry = may(ctx, 'inquiries.read') ? visibleInquiries(ctx) : sql`false`
  return sql<DeskRow>`
    select w.*, c.ref as client_ref, c.name as client_name, a.name as assignee_name, s.name as snoozer_name,
      about.label, about.starts_at, about.ends_at, about.zone,
      (select count(*)::integer from notes n where n.entity_type = w.kind and n.entity_id = w.id and n.deleted_at is null) as note_count,
      (select coalesce(jsonb_agg(jsonb_build_object('id', u.id, 'name', u.name, 'mode', p.mode) order by u.name, u.id), '[]')
        from presence p join users u on u.id = p.user_id
        where p.kind = w.kind and p.item_id = w.id and p.seen_at > ${seen}::timestamptz) as presence,
      coalesce(${key(sql`w.sla_deadline_at`)}, 'infinity') as deadline_key,
      ${key(sql`w.created_at`)} as created_key, ${key(sql`w.done_at`)} as done_key
    from (${rows}) w
    left join clients c on c.id = w.client_id
    left join users a on a.id = w.assignee_id
    left join users s on s.id = w.snoozed_by
    left join lateral (
      select m.name || ', ' || l.title as label, b.starts_at, b.ends_at, l.zone
      from bookings b join models m on m.id = b.model_id join locations l on l.id = b.location_id
      where w.entity_type = 'booking' and b.id = w.entity_id and ${booking}
      union all
      select l.title, q.window_from, q.window_to, coalesce(l.zone, 'Europe/London')
      from inquiries q left join locations l on l.id = q.location_id
      where w.entity_type = 'inquiry' and q.id = w.entity_id and ${inquiry}) about on true
    order by ${order}`
}

export function itemOf(ctx: Pick<Ctx, 'actor' | 'clock'>, row: DeskRow): ActionCenterItem {
  const now = ctx.clock.now()
  return {
    kind: row.kind,
    id: row.id,
    ref: row.ref,
    type: row.type,
    subject: row.subject,
    why: row.why,
    priority: row.level,
    status: row.status,
    version: row.version,
    entity:
      row.entity_type && row.entity_id
        ? { type: row.entity_type, id: row.entity_id, ref: row.entity_ref, label: row.label }
        : null,
    client: row.client_id ? { id: row.client_id, ref: row.client_ref ?? '', name: row.client_name ?? '' } : null,
    when: row.starts_at || row.ends_at ? { start: row.starts_at, end: row.ends_at, zone: row.zone ?? 'UTC' } : null,
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name ?? '' } : null,
    claimedUntil: row.claimed_until,
    slaDeadlineAt: row.sla_deadline_at,
    dueAt: row.due_at,
    breached: row.done_at === null && row.sla_deadline_at !== null && row.sla_deadline_at <= now,
    occurrences: row.occurrences,
    snooze: row.snoozed_at
      ? {
          until: row.snoozed_until,
          event: row.snooze_event,
          by: row.snoozed_by ? { id: row.snoozed_by, name: row.snoozer_name ?? '' } : null,
          at: row.snoozed_at,
        }
      : null,
    returned: row.returned_at && row.returned_because ? { at: row.returned_at, because: row.returned_because } : null,
    noteCount: row.note_count,
    presence: row.presence,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    completedAt: row.done_at,
    possible: possibleSteps(ctx, row),
    actions: actionsOf(ctx, row, row.assignee_name),
  }
}
