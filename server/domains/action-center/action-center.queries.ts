import { type RawBuilder, type SqlBool, sql } from 'kysely'
import { may } from '#server/context.ts'
import { exceptionLifecycle } from '#server/domains/exceptions/index.ts'
import { taskLifecycle } from '#server/domains/tasks/index.ts'
import { possibleFrom } from '#server/lifecycle/lifecycle.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import type { ActionCenterInput, ActionCenterItem } from './action-center.schema.ts'
import { decodePlace, encodePlace, type Place } from './place.ts'
import { type Kind, matching, ranksOf, SOURCES } from './work-items.ts'

interface Row {
  kind: Kind
  id: string
  ref: string
  type: string
  subject: string
  level: ActionCenterItem['priority']
  rank: number
  status: string
  version: number
  entity_type: string | null
  entity_id: string | null
  entity_ref: string | null
  client_id: string | null
  client_ref: string | null
  client_name: string | null
  assignee_id: string | null
  assignee_name: string | null
  sla_deadline_at: Date | null
  /** To the microsecond, for the cursor. */
  deadline_key: string
  created_key: string
  created_at: Date
  updated_at: Date
}

/** No deadline comes after every deadline. */
const NEVER = sql`'infinity'::timestamptz`
const key = (time: RawBuilder<unknown>) => sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

/**
 * Tasks and exceptions together in working order: level, then nearest deadline (what is breached has the nearest), then
 * oldest. Completed ones newest first. A page costs the same however far one has paged within a level.
 */
export async function readActionCenter(ctx: CallCtx, input: ActionCenterInput) {
  const kinds = (['task', 'exception'] as const).filter(
    (kind) => may(ctx, `${kind}s.read`) && (input.kind === undefined || input.kind === kind),
  )
  const [rows, counts] = await Promise.all([readRows(ctx, kinds, input), countGroups(ctx, kinds, input)])
  const items = rows.slice(0, input.limit)
  const last = items.at(-1)
  const now = ctx.clock.now()
  return {
    items: items.map((row) => itemOf(ctx, row, now)),
    nextCursor: rows.length > input.limit && last ? encodePlace(placeOf(last, input)) : null,
    counts,
  }
}

function placeOf(row: Row, input: ActionCenterInput): Place {
  return {
    completed: input.group === 'completed',
    rank: row.rank,
    deadline: row.deadline_key,
    created: row.created_key,
    id: row.id,
  }
}

async function readRows(ctx: CallCtx, kinds: readonly Kind[], input: ActionCenterInput): Promise<Row[]> {
  const ranks = ranksOf(input)
  if (kinds.length === 0 || ranks.length === 0) return []
  const completed = input.group === 'completed'
  const place = input.cursor === undefined ? undefined : decodePlace(input.cursor, completed)
  const parts = kinds.map((kind) => sql`(${candidates(ctx, kind, input, { ranks, completed, place })})`)
  const order = completed
    ? sql`w.created_at desc, w.id desc`
    : sql`w.rank, coalesce(w.sla_deadline_at, ${NEVER}), w.created_at, w.id`
  const { rows } = await sql<Row>`
    select w.*, c.ref as client_ref, c.name as client_name, a.name as assignee_name,
      coalesce(${key(sql`w.sla_deadline_at`)}, 'infinity') as deadline_key, ${key(sql`w.created_at`)} as created_key
    from (${sql.join(parts, sql` union all `)}) w
    left join clients c on c.id = w.client_id
    left join users a on a.id = w.assignee_id
    order by ${order}
    limit ${input.limit + 1}`.execute(ctx.db)
  return rows
}

interface Cut {
  ranks: number[]
  completed: boolean
  place: Place | undefined
}

/** One page's worth of one kind, in the order of its partial index. */
function candidates(ctx: CallCtx, kind: Kind, input: ActionCenterInput, { ranks, completed, place }: Cut) {
  const { table, alias, level, rank, subject, unfinished } = SOURCES[kind]
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const conditions: RawBuilder<SqlBool>[] = [
    ...matching(ctx, kind, input),
    completed ? sql`not (${unfinished})` : unfinished,
    ...(ranks.length < 4 ? [sql<SqlBool>`${rank} = any(${ranks}::smallint[])`] : []),
  ]
  if (place && completed)
    conditions.push(sql`(${column('created_at')}, ${column('id')}) < (${place.created}::timestamptz, ${place.id}::uuid)`)
  if (place && !completed) {
    conditions.push(sql`${rank} >= ${place.rank}`)
    conditions.push(sql`(${rank}, coalesce(${column('sla_deadline_at')}, ${NEVER}), ${column('created_at')}, ${column('id')})
      > (${place.rank}, ${place.deadline}::timestamptz, ${place.created}::timestamptz, ${place.id}::uuid)`)
  }
  const order = completed
    ? sql`${column('created_at')} desc, ${column('id')} desc`
    : sql`${rank}, ${column('sla_deadline_at')}, ${column('created_at')}, ${column('id')}`
  return sql`select ${sql.lit(kind)} as kind, ${column('id')}, ${column('ref')}, ${column('type')}, ${subject} as subject,
      ${level} as level, ${rank} as rank, ${column('status')}, ${column('version')},
      ${column('entity_type')}, ${column('entity_id')}, ${column('entity_ref')}, ${column('client_id')}, ${column('assignee_id')},
      ${column('sla_deadline_at')}, ${column('created_at')}, ${column('updated_at')}
    from ${table} where ${sql.join(conditions, sql` and `)} order by ${order} limit ${input.limit + 1}`
}

/** Counted from the partial indexes of what is unfinished. */
async function countGroups(ctx: CallCtx, kinds: readonly Kind[], input: ActionCenterInput) {
  const counts = { urgent: 0, high: 0, normal: 0 }
  if (kinds.length === 0) return counts
  const parts = kinds.map((kind) => {
    const { table, rank, unfinished } = SOURCES[kind]
    const conditions = [...matching(ctx, kind, input), unfinished]
    return sql`(select ${rank} as rank, count(*) as count from ${table} where ${sql.join(conditions, sql` and `)} group by 1)`
  })
  const { rows } = await sql<{ rank: number; count: number }>`${sql.join(parts, sql` union all `)}`.execute(ctx.db)
  for (const { rank, count } of rows) counts[rank === 0 ? 'urgent' : rank === 1 ? 'high' : 'normal'] += count
  return counts
}

function itemOf(ctx: CallCtx, row: Row, now: Date): ActionCenterItem {
  const possible = possibleSteps(ctx, row)
  const finished = (row.kind === 'task' ? taskLifecycle : exceptionLifecycle).states.some(
    (state) => state.name === row.status && state.final,
  )
  return {
    kind: row.kind,
    id: row.id,
    ref: row.ref,
    type: row.type,
    subject: row.subject,
    priority: row.level,
    status: row.status,
    version: row.version,
    entity: row.entity_type && row.entity_id ? { type: row.entity_type, id: row.entity_id, ref: row.entity_ref } : null,
    client: row.client_id ? { id: row.client_id, ref: row.client_ref ?? '', name: row.client_name ?? '' } : null,
    assignee: row.assignee_id ? { id: row.assignee_id, name: row.assignee_name ?? '' } : null,
    slaDeadlineAt: row.sla_deadline_at,
    breached: !finished && row.sla_deadline_at !== null && row.sla_deadline_at < now,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    possible,
  }
}

function possibleSteps(ctx: CallCtx, row: Row) {
  if (!may(ctx, `${row.kind}s.write`)) return []
  return row.kind === 'task'
    ? possibleFrom(taskLifecycle, row.status, {})
    : possibleFrom(exceptionLifecycle, row.status, { resolution: null })
}
