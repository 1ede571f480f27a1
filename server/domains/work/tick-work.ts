import { sql } from 'kysely'
import { systemActor } from '#server/context.ts'
import type { Tx } from '#server/transact.ts'
import { changeWork } from './change-work.ts'
import { nextDue } from './clock.ts'
import { lockAnyWork } from './lock-work.ts'
import { wakeWork } from './snooze-work.ts'
import { KINDS, type Kind, WORK, type WorkRow } from './work-item.ts'

/**
 * Does whatever is due with one item: warns of its deadline, says that it was missed, brings it back, frees it from
 * who claimed it and went away. Safe to call at any moment and twice: what the row says under its lock decides.
 * Returns when to look again if nothing was due (its event carries the next time else), or null.
 */
export async function tickWork(tx: Tx, kind: Kind, id: string): Promise<Date | null> {
  const row = await lockAnyWork(tx, kind, id)
  if (!row || row.done_at) return null
  const clock = tx.as(systemActor('clock'))
  let now = passDeadline(clock, row)
  if (now.snoozed_until && now.snoozed_until <= tx.now) now = wakeWork(clock, now, 'The time it was put aside for is over')
  if (now.claimed_until && now.claimed_until <= tx.now) now = freeClaim(clock, now)
  return now === row ? nextDue(row) : null
}

function passDeadline(tx: Tx, row: WorkRow): WorkRow {
  if (row.sla_deadline_at === null || row.sla_breached_at) return row
  const payload = { type: row.type, level: row.level, deadlineAt: row.sla_deadline_at.toISOString() }
  if (row.sla_deadline_at <= tx.now) {
    const breached = changeWork(tx, row, {
      action: 'sla_breached',
      event: 'sla_breached',
      payload,
      counts: false,
      set: { sla_breached_at: tx.now, sla_warned_at: row.sla_warned_at ?? tx.now },
    })
    // A missed deadline can't be hidden.
    return wakeWork(tx, breached, 'Its deadline passed')
  }
  if (row.sla_warn_at === null || row.sla_warned_at || row.sla_warn_at > tx.now) return row
  return changeWork(tx, row, { event: 'sla_warning', payload, counts: false, set: { sla_warned_at: tx.now } })
}

function freeClaim(tx: Tx, row: WorkRow): WorkRow {
  // Who started it, meanwhile or before, keeps it.
  if (row.status !== 'open') return changeWork(tx, row, { counts: false, set: { claimed_until: null } })
  return changeWork(tx, row, {
    action: 'claim_lapsed',
    reason: 'Nobody worked on it for a while.',
    set: {
      assignee_id: null,
      claimed_until: null,
      returned_at: tx.now,
      returned_because: 'It was claimed, and nothing happened for a while',
    },
  })
}

/** Unfinished items the clock has something to do with now: what timers missed. The oldest first. */
export async function findDueWork(tx: Pick<Tx, 'run' | 'now'>, limit: number): Promise<{ kind: Kind; id: string }[]> {
  const parts = KINDS.flatMap((kind) => {
    const { alias, unfinished } = WORK[kind]
    const due = (column: string, unless: string | null) => sql`(
      select ${sql.lit(kind)} as kind, ${sql.ref(`${alias}.id`)} as id, ${sql.ref(`${alias}.${column}`)} as due
      from ${sql.table(WORK[kind].table)} ${sql.ref(alias)}
      where ${unfinished} and ${sql.ref(`${alias}.${column}`)} <= ${tx.now}::timestamptz
        ${unless ? sql`and ${sql.ref(`${alias}.${unless}`)} is null` : sql``}
      order by ${sql.ref(`${alias}.${column}`)} limit ${limit})`
    return [
      due('sla_deadline_at', 'sla_breached_at'),
      due('sla_warn_at', 'sla_warned_at'),
      due('snoozed_until', null),
      due('claimed_until', null),
    ]
  })
  const found = await tx.run(sql<{ kind: Kind; id: string }>`
    select kind, id from (${sql.join(parts, sql` union all `)}) due group by kind, id order by min(due) limit ${limit}`)
  return found
}
