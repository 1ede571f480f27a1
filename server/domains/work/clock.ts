import { type RawBuilder, sql } from 'kysely'
import type { Timer } from '#db/tables/index.ts'
import type { WorkRow } from './work-item.ts'

/** A claim lapses after this long without a sign of its holder. */
export const CLAIM_MINUTES = 15
const MINUTE = 60_000
/** The warning comes this part of the whole time before the deadline, between these many minutes. */
const WARN_PART = 5
const WARN_AT_LEAST = 1
const WARN_AT_MOST = 60

/** When to warn of a deadline that is this far away now. */
export function warnBefore(deadline: Date, now: Date): Date {
  const minutes = (deadline.getTime() - now.getTime()) / MINUTE / WARN_PART
  return new Date(deadline.getTime() - Math.min(WARN_AT_MOST, Math.max(WARN_AT_LEAST, minutes)) * MINUTE)
}

/** The same for an SLA of so many minutes that begins now, as SQL. */
export function warnAfter(now: Date, minutes: RawBuilder<number>): RawBuilder<Date> {
  return sql<Date>`${now}::timestamptz + make_interval(mins => ${minutes}
    - least(${sql.lit(WARN_AT_MOST)}, greatest(${sql.lit(WARN_AT_LEAST)}, ${minutes} / ${sql.lit(WARN_PART)})))`
}

type Clocked = Pick<
  WorkRow,
  'sla_deadline_at' | 'sla_breached_at' | 'sla_warn_at' | 'sla_warned_at' | 'snoozed_until' | 'claimed_until'
>

/** Of an item that was just made. */
export const UNTOUCHED = { sla_breached_at: null, sla_warned_at: null, snoozed_until: null, claimed_until: null } as const

/** When the clock has something to do with an unfinished item next; null when it has nothing. */
export function nextDue(row: Clocked): Date | null {
  const due = [
    row.snoozed_until,
    row.claimed_until,
    row.sla_warned_at || row.sla_breached_at ? null : row.sla_warn_at,
    row.sla_breached_at ? null : row.sla_deadline_at,
  ].filter((time) => time !== null)
  return due.length > 0 ? new Date(Math.min(...due.map((time) => time.getTime()))) : null
}

/** The one timer of an item: set to whatever is due next. It travels with the event of each change that moves it. */
export function clockOf(kind: WorkRow['kind'], id: string, row: Clocked | null): Timer {
  const due = row === null ? null : nextDue(row)
  return { key: `${kind}:${id}:clock`, task: 'work-clock', runAt: due?.toISOString() ?? null, payload: { kind, id } }
}
