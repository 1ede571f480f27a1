import { type RawBuilder, type SqlBool, sql } from 'kysely'
import type { Ctx } from '#server/context.ts'
import { visibleExceptions } from '#server/domains/exceptions/index.ts'
import { visibleTasks } from '#server/domains/tasks/index.ts'
import type { ActionCenterInput } from './action-center.schema.ts'

export type Kind = 'task' | 'exception'

/** How tasks and exceptions spell the same thing; each has an index over (rank, deadline, made, id) of its unfinished rows. */
interface Source {
  table: RawBuilder<unknown>
  alias: 't' | 'x'
  level: RawBuilder<string>
  rank: RawBuilder<number>
  subject: RawBuilder<string>
  /** Literal, so that the partial indexes are used. */
  unfinished: RawBuilder<SqlBool>
}

export const SOURCES: Record<Kind, Source> = {
  task: {
    table: sql`tasks t`,
    alias: 't',
    level: sql`t.priority`,
    rank: sql`t.priority_rank`,
    subject: sql`t.subject`,
    unfinished: sql`t.status in ('open', 'in_progress')`,
  },
  exception: {
    table: sql`exceptions x`,
    alias: 'x',
    level: sql`x.severity`,
    rank: sql`x.severity_rank`,
    subject: sql`x.summary`,
    unfinished: sql`x.status in ('open', 'investigating')`,
  },
}

const RANKS = { critical: 0, high: 1, normal: 2, medium: 2, low: 3 } as const
const GROUP_RANKS = { urgent: [0], high: [1], normal: [2, 3] } as const

/** Which rows of a source this person may see. */
export function visibleRows(ctx: Pick<Ctx, 'actor'>, kind: Kind): RawBuilder<boolean> {
  return kind === 'task' ? visibleTasks(ctx) : visibleExceptions(ctx)
}

/** Policy and filters but group and priority. */
export function matching(ctx: Pick<Ctx, 'actor' | 'clock'>, kind: Kind, input: ActionCenterInput): RawBuilder<SqlBool>[] {
  const { alias, unfinished } = SOURCES[kind]
  const column = (name: string) => sql.ref(`${alias}.${name}`)
  const all: RawBuilder<SqlBool>[] = [visibleRows(ctx, kind)]
  if (input.type) all.push(sql`${column('type')} = ${input.type}`)
  if (input.assignedTo === 'none') all.push(sql`${column('assignee_id')} is null`)
  else if (input.assignedTo === 'me') all.push(sql`${column('assignee_id')} = ${ctx.actor.id}::uuid`)
  else if (input.assignedTo) all.push(sql`${column('assignee_id')} = ${input.assignedTo}::uuid`)
  if (input.breached !== undefined) {
    const breached = sql<SqlBool>`(${unfinished} and ${column('sla_deadline_at')} < ${ctx.clock.now()}::timestamptz)`
    all.push(input.breached ? breached : sql`${breached} is not true`)
  }
  return all
}

/** Ranks that group and priority leave; all four when neither is given. */
export function ranksOf(input: ActionCenterInput): number[] {
  const byGroup: readonly number[] = input.group && input.group !== 'completed' ? GROUP_RANKS[input.group] : [0, 1, 2, 3]
  const byLevel: readonly number[] = input.priority ? input.priority.map((level) => RANKS[level]) : [0, 1, 2, 3]
  return byGroup.filter((rank) => byLevel.includes(rank))
}
