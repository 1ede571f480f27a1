import type { Permission } from '#server/auth/permissions.ts'

/** Who listens; what they may be told follows from it. */
export interface Viewer {
  permissions: ReadonlySet<Permission>
  /** Null for API keys: nothing is assigned to them. */
  userId: string | null
  /** Whoever holds a link: told that one of these entities changed, never which or how, and of nothing else. */
  about?: ReadonlySet<string>
}

/** The columns of an event that the feed reads. */
export interface FeedRow {
  seq: number
  type: string
  entity_type: string
  entity_id: string
  entity_ref: string | null
  assignee_id: string | null
  previous_assignee_id: string | null
  occurred_at: Date
}

interface FeedPolicy {
  read: Permission
  /** Without it only what is, or was until this event, assigned to nobody or to the viewer. */
  readAll?: Permission
}

/** Kinds that are told at all. One that is missing here is told to nobody. */
const POLICIES: Readonly<Record<string, FeedPolicy>> = {
  inquiry: { read: 'inquiries.read', readAll: 'inquiries.read_all' },
  booking: { read: 'bookings.read', readAll: 'bookings.read_all' },
  // Its assignee is who placed it.
  hold: { read: 'bookings.read', readAll: 'bookings.read_all' },
  task: { read: 'tasks.read', readAll: 'tasks.read_all' },
  exception: { read: 'exceptions.read', readAll: 'exceptions.read_all' },
  client: { read: 'clients.read' },
  model: { read: 'models.read' },
  availability_rule: { read: 'models.read' },
  payment: { read: 'payments.read' },
  user: { read: 'users.read' },
  mismatch: { read: 'exceptions.read' },
  cover_rule: { read: 'models.read' },
  job: { read: 'system.read' },
}

/** What decides who may be told. */
export type EntitledRow = Pick<FeedRow, 'type' | 'entity_type' | 'assignee_id' | 'previous_assignee_id'> & { entity_id?: string }

/**
 * The same rows as the lists show: permission of the noun, then assignee. Whoever saw it before the event is told too,
 * so that what was taken away disappears from their screen.
 */
export function isEntitled({ permissions, userId, about }: Viewer, row: EntitledRow): boolean {
  if (about) return row.entity_id !== undefined && about.has(row.entity_id)
  const policy = POLICIES[row.entity_type]
  if (!policy || !permissions.has(policy.read)) return false
  if (!policy.readAll || permissions.has(policy.readAll)) return true
  // What is nobody's is everybody's, of the people: a key sees only what it brought in, which an event does not say.
  if (userId === null) return false
  const visible = (assignee: string | null) => assignee === null || assignee === userId
  // A new thing had no assignee before; its null means "was not there", not "was everybody's".
  return visible(row.assignee_id) || (!row.type.endsWith('.created') && visible(row.previous_assignee_id))
}

/** One change as an SSE frame: ids only, what changed is asked for by whoever may see it. */
export function frameOf(row: FeedRow): string {
  const data = JSON.stringify({
    type: row.type,
    entityType: row.entity_type,
    entityId: row.entity_id,
    entityRef: row.entity_ref,
    at: row.occurred_at.toISOString(),
  })
  return `id: ${row.seq}\nevent: change\ndata: ${data}\n\n`
}

/** What the holder of a link is told: look again. No id: the count of events is nobody's outside. */
export const NUDGE = 'event: change\ndata: {}\n\n'
/** The line stands; what changed before is seen by looking once. */
export const LISTENING = 'event: ready\ndata: {}\n\n'

export function readyFrame(seq: number): string {
  return `retry: 2000\nid: ${seq}\nevent: ready\ndata: {}\n\n`
}

/** What was missed is no longer kept, or is too much: the screen loads itself anew. */
export function resetFrame(seq: number): string {
  return `id: ${seq}\nevent: reset\ndata: {}\n\n`
}

/** Who is with an item now. Without an id: it is of this moment and never sent again. */
export function presenceFrame(data: { kind: string; id: string; people: readonly object[] }): string {
  return `event: presence\ndata: ${JSON.stringify(data)}\n\n`
}

/** An event without an id, so that a page hears it and notices when a line has gone dead; it moves no cursor. */
export const HEARTBEAT = 'event: beat\ndata: {}\n\n'
