import type pg from 'pg'
import type { Seal } from './digest.ts'

interface SealRow {
  day: string
  number: number
  at: Date
  row_ids: string[]
  /** The driver reads the numbers of an array as text. */
  positions: string[]
  digests: Buffer
  payloads: Buffer
  previous: Buffer
  head: Buffer
  cursor_txid: string
  cursor_position: number
  floor_position: number
  server: string
}

/** The select list of a whole seal. A day is text: it has no zone. */
const COLUMNS = `day::text, number, at, row_ids::text[], positions, digests, payloads, previous, head, cursor_txid::text,
  cursor_position, floor_position, server`

type Client = Pick<pg.ClientBase, 'query'>

function sealFrom(row: SealRow): Seal {
  return {
    day: row.day,
    number: row.number,
    at: row.at,
    ids: row.row_ids,
    positions: row.positions.map(Number),
    digests: row.digests,
    payloads: row.payloads,
    previous: row.previous,
    head: row.head,
    cursorTxid: row.cursor_txid,
    cursorPosition: row.cursor_position,
    floorPosition: row.floor_position,
    server: row.server,
  }
}

/** Of the newest seal what the next one continues. */
export type LastSeal = Omit<Seal, 'ids' | 'positions' | 'digests' | 'payloads' | 'previous'>

export async function readLastSeal(client: Client): Promise<LastSeal | undefined> {
  const { rows } = await client.query<LastSeal>(
    `select day::text, number, at, head, cursor_txid::text as "cursorTxid", cursor_position as "cursorPosition",
       floor_position as "floorPosition", server
     from audit_seals order by day desc, number desc limit 1`,
  )
  return rows[0]
}

/** The last seal before a day, whose head the day's first one continues. */
export async function readSealBefore(client: Client, day: string): Promise<Seal | undefined> {
  const { rows } = await client.query<SealRow>(
    `select ${COLUMNS} from audit_seals where day < $1::date order by day desc, number desc limit 1`,
    [day],
  )
  return rows[0] ? sealFrom(rows[0]) : undefined
}

/** Seals after a place, in order, up to and including the day `to`. */
export async function readSealsAfter(
  client: Client,
  after: { day: string; number: number },
  to: string | undefined,
  limit: number,
): Promise<Seal[]> {
  const { rows } = await client.query<SealRow>(
    `select ${COLUMNS} from audit_seals
     where (day, number) > ($1::date, $2::int) and ($3::date is null or day <= $3::date)
     order by day, number limit $4`,
    [after.day, after.number, to ?? null, limit],
  )
  return rows.map(sealFrom)
}
