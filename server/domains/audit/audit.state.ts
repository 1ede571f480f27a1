import { sql } from 'kysely'
import type { Ctx } from '#server/context.ts'

export interface AuditState {
  /** The newest seal; null before the first. */
  seal: { day: string; number: number; head: string; at: Date } | null
  /** Rows that stand in no seal yet, and how long the oldest has waited. */
  waiting: number
  lagSeconds: number
}

/** More rows than this are counted as this many: the page asks often. */
const COUNTED = 10_000

/** How far the sealer is. Reads along the index it works on. */
export async function readAuditState(ctx: Pick<Ctx, 'db'>): Promise<AuditState> {
  const { rows } = await sql<{
    day: string | null
    number: number
    head: string
    at: Date
    waiting: number
    lag: number | null
  }>`
    with last as (
      select day, number, head, at, cursor_txid, cursor_position, floor_position from audit_seals
      order by day desc, number desc limit 1
    ), waiting as (
      select a.at from audit_log a
      where (a.txid, a.position) > (coalesce((select cursor_txid from last), '0'), coalesce((select cursor_position from last), 0))
        and a.position > coalesce((select floor_position from last), 0)
      order by a.txid, a.position limit ${COUNTED}
    )
    select l.day::text, l.number, encode(l.head, 'hex') as head, l.at, w.waiting, w.lag
    from (select count(*) as waiting, extract(epoch from clock_timestamp() - min(at))::float8 as lag from waiting) as w
    left join last l on true`.execute(ctx.db)
  const [row] = rows
  return {
    seal: row?.day ? { day: row.day, number: row.number, head: row.head, at: row.at } : null,
    waiting: row?.waiting ?? 0,
    lagSeconds: Math.max(0, row?.lag ?? 0),
  }
}
