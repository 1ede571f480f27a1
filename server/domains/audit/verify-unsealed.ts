import type pg from 'pg'
import type { Problem, Verified, VerifyOptions } from './verify.ts'

/** While a sealer runs no row waits this long, unless a transaction older than it is still open. */
const LATE_SECONDS = 60

interface Unsealed {
  id: string
  day: string
  position: number
  /** The sealer has yet to come by. */
  waits: boolean
  late: boolean
}

/** Rows that stand in no seal: put there behind the sealer's back, or waiting for it. */
export async function findUnsealed(
  client: pg.Client,
  { from, to, now }: VerifyOptions,
  verified: Verified,
): Promise<Problem | null> {
  const { rows } = await client.query<Unsealed>(
    `with last as (
       select cursor_txid, cursor_position, floor_position from audit_seals order by day desc, number desc limit 1
     )
     select a.id::text, (a.at at time zone 'UTC')::date::text as day, a.position,
       coalesce((a.txid, a.position) > (l.cursor_txid, l.cursor_position) and a.position > l.floor_position, true) as waits,
       a.at < $3::timestamptz - make_interval(secs => ${LATE_SECONDS})
         and a.txid < pg_snapshot_xmin(pg_current_snapshot())
         and exists (select 1 from worker_processes w where w.kind = 'critical' and w.stopped_at is null
           and w.beat_at > clock_timestamp() - interval '15 seconds'
           and w.started_at < clock_timestamp() - make_interval(secs => ${LATE_SECONDS})) as late
     from audit_log a left join last l on true
     where ($1::date is null or a.at >= $1::date) and ($2::date is null or a.at < $2::date + 1)
       and not exists (select 1 from (
         select unnest(row_ids) as id from audit_seals where $1::date is null or day >= $1::date
       ) s where s.id = a.id)
     order by waits, a.position limit 100000`,
    [from ?? null, to ?? null, now ?? new Date()],
  )
  const inserted = rows.find((row) => !row.waits)
  if (inserted) {
    return {
      kind: 'inserted',
      day: inserted.day,
      number: null,
      rowId: inserted.id,
      sentence: `Row ${inserted.id}, dated ${inserted.day}, at place ${inserted.position} of the log, was inserted: rows around it were sealed and it was not there.`,
    }
  }
  verified.waiting = rows.length
  const late = rows.find((row) => row.late)
  if (!late) return null
  return {
    kind: 'not_sealed',
    day: late.day,
    number: null,
    rowId: late.id,
    sentence: `Row ${late.id} of ${late.day} is not sealed, though a sealer has been running for longer than ${LATE_SECONDS} s since.`,
  }
}
