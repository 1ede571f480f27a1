import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { may } from '#server/context.ts'
import { KINDS, type Kind, RANKS, reachOf, WORK } from '#server/domains/work/index.ts'
import { AppError } from '#server/errors.ts'
import type { ActionCenterInput } from './action-center.schema.ts'
import { dueBefore } from './due.ts'

export type Filter = Omit<ActionCenterInput, 'limit' | 'cursor'>

/** No deadline comes after every deadline; as the indexes spell it. */
export const NEVER = sql`'infinity'::timestamptz`
const GROUP_RANKS = { urgent: [0], high: [1], normal: [2, 3] } as const
export const ALL_RANKS: readonly number[] = [0, 1, 2, 3]

/** Whose rows: everyone's (null), nobody's, or one person's. */
export type Scope = 'everyone' | 'nobody' | { id: string }

/**
 * The parts of what this person may see and asked for: each is one walk of one index. Two conditions of an OR would
 * make PostgreSQL read both and sort.
 */
export function scopesOf(ctx: Pick<Ctx, 'actor'>, kind: Kind, assignedTo: Filter['assignedTo']): Scope[] {
  const reach = reachOf(ctx, kind)
  const me = ctx.actor.id
  if (reach === 'none') return []
  if (assignedTo === 'none') return ['nobody']
  const asked = assignedTo === 'me' ? me : assignedTo
  if (assignedTo !== undefined) return asked && (reach === 'all' || asked === me) ? [{ id: asked }] : []
  if (reach === 'all') return ['everyone']
  return me ? [{ id: me }, 'nobody'] : ['nobody']
}

export function kindsOf(ctx: Pick<Ctx, 'actor'>, { kind }: Filter): Kind[] {
  return KINDS.filter((one) => may(ctx, `${one}s.read`) && (kind === undefined || kind === one))
}

/** Ranks that group and priority leave; all four when neither is given. */
export function ranksOf({ group, priority }: Filter): number[] {
  const byGroup: readonly number[] = group && group !== 'completed' ? GROUP_RANKS[group] : ALL_RANKS
  const byLevel: readonly number[] = priority ? priority.map((level) => RANKS[level]) : ALL_RANKS
  return byGroup.filter((rank) => byLevel.includes(rank))
}

/** Whether finished items are asked for. Throws `malformed` when both halves are. */
export function isCompleted({ group, status }: Filter): boolean {
  const finished = (one: string) => KINDS.some((kind) => WORK[kind].finished.includes(one))
  const some = status?.some(finished) ?? false
  if (some && !status?.every(finished))
    throw new AppError('malformed', 'Ask for finished and unfinished ones apart.', {
      errors: [{ path: 'status', message: 'names finished and unfinished ones' }],
    })
  return group === 'completed' || some
}

export function hasDeadlineFilter({ breached, dueAfter, dueBefore, due }: Filter): boolean {
  return breached !== undefined || dueAfter !== undefined || dueBefore !== undefined || due !== undefined
}

export function scopeCondition(kind: Kind, scope: Scope): RawBuilder<SqlBool>[] {
  const assignee = sql.ref(`${WORK[kind].alias}.assignee_id`)
  if (scope === 'everyone') return []
  return [scope === 'nobody' ? sql<SqlBool>`${assignee} is null` : sql<SqlBool>`${assignee} = ${scope.id}::uuid`]
}

export function deadlineOf(kind: Kind): RawBuilder<Date> {
  return sql<Date>`coalesce(${sql.ref(`${WORK[kind].alias}.sla_deadline_at`)}, ${NEVER})`
}

/** Type and deadline. */
export function furtherConditions(ctx: Pick<Ctx, 'clock'>, kind: Kind, filter: Filter): RawBuilder<SqlBool>[] {
  const { alias } = WORK[kind]
  const all: RawBuilder<SqlBool>[] = []
  const now = ctx.clock.now()
  const deadline = deadlineOf(kind)
  if (filter.type) all.push(sql`${sql.ref(`${alias}.type`)} = ${filter.type}`)
  if (filter.breached === true) all.push(sql`${deadline} <= ${now}::timestamptz`)
  if (filter.breached === false) all.push(sql`${deadline} > ${now}::timestamptz`)
  if (filter.dueAfter) all.push(sql`${deadline} >= ${filter.dueAfter}::timestamptz`)
  // What has no deadline is due after no time.
  if (filter.dueBefore) all.push(sql`${deadline} < ${filter.dueBefore}::timestamptz`)
  if (filter.due) all.push(sql`${deadline} < ${dueBefore(filter.due, now)}::timestamptz`)
  if (filter.dueBefore || filter.due) return all
  if (filter.dueAfter) all.push(sql`${deadline} < ${NEVER}`)
  return all
}

/** Of unfinished ones: put aside, or not; literal, for the partial indexes. */
export function snoozeCondition(kind: Kind, snoozed: boolean | undefined): RawBuilder<SqlBool> {
  const at = sql.ref(`${WORK[kind].alias}.snoozed_at`)
  return snoozed === true ? sql`${at} is not null` : sql`${at} is null`
}
