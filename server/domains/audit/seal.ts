import type pg from 'pg'
import type { Clock } from '#server/context.ts'
import { type AuditRowText, GENESIS, headOf, payloadDigest, ROW_TEXT, rowDigest, type Seal } from './digest.ts'
import { type LastSeal, readLastSeal } from './seal.repository.ts'

/** Key of the advisory lock that lets one sealer work at a time. */
const SEAL_LOCK = 726_500_002

export interface SealDeps {
  pool: pg.Pool
  clock: Clock
}

export interface SealOptions {
  batch?: number
  /** Set only by tests that must see rows lost: takes what is there, without waiting for older transactions. */
  faults?: { takeAtOnce?: boolean }
}

export interface Sealed {
  count: number
  /** The newest seal there is; null before the first. */
  seal: Pick<Seal, 'day' | 'number' | 'head' | 'at'> | null
  /** Another process is sealing. */
  busy: boolean
}

interface Place {
  cursorTxid: string
  cursorPosition: number
  floorPosition: number
  server: string
}

/**
 * Seals up to `batch` rows in one transaction: the rows no earlier row can come before any more. A transaction draws its
 * txid when it first writes and its rows appear when it commits, in any order; below the oldest one still running
 * nothing can appear. So a row that commits late is taken late, never skipped.
 */
export async function sealOnce({ pool, clock }: SealDeps, { batch = 1_000, faults }: SealOptions = {}): Promise<Sealed> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const { rows: locked } = await client.query<{ got: boolean }>('select pg_try_advisory_xact_lock($1::bigint) as got', [
      SEAL_LOCK,
    ])
    if (!locked[0]?.got) {
      await client.query('rollback')
      return { count: 0, seal: null, busy: true }
    }
    const last = await readLastSeal(client)
    const { rows, place } = await takeRows(client, last, batch, faults?.takeAtOnce ?? false)
    // An empty seal says that the chain goes on at another server.
    if (rows.length === 0 && (!last || last.server === place.server)) {
      await client.query('rollback')
      return { count: 0, seal: last ?? null, busy: false }
    }
    const seal = sealOf(rows, last, place, clock.now())
    await insertSeal(client, seal)
    const { command } = await client.query('commit')
    if (command !== 'COMMIT') throw new Error('the seal was rolled back')
    return { count: rows.length, seal, busy: false }
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}

interface Taken {
  rows: AuditRowText[]
  place: Place
}

async function takeRows(client: pg.PoolClient, last: LastSeal | undefined, batch: number, atOnce: boolean): Promise<Taken> {
  const { rows: here } = await client.query<{ server: string; behind: boolean }>(
    `select system_identifier::text as server, pg_snapshot_xmax(pg_current_snapshot()) <= $1::xid8 as behind
     from pg_control_system()`,
    [last?.cursorTxid ?? '0'],
  )
  const server = here[0]?.server ?? ''
  // A database that was carried to another server counts its transactions anew.
  if (last && (last.server !== server || here[0]?.behind)) return takeAfterMove(client, last, server, batch)
  const from = { txid: last?.cursorTxid ?? '0', position: last?.cursorPosition ?? 0, floor: last?.floorPosition ?? 0 }
  const { rows } = await client.query<AuditRowText>({
    name: 'virel_seal_take',
    text: `select ${ROW_TEXT} from audit_log a
      where (a.txid, a.position) > ($1::xid8, $2::bigint) and a.position > $3::bigint
        and ($5 or a.txid < pg_snapshot_xmin(pg_current_snapshot()))
      order by a.txid, a.position limit $4`,
    values: [from.txid, from.position, from.floor, batch, atOnce],
  })
  const end = rows.at(-1)
  const place: Place = {
    cursorTxid: end?.txid ?? from.txid,
    cursorPosition: Number(end?.position ?? from.position),
    floorPosition: from.floor,
    server,
  }
  return { rows, place }
}

/**
 * The database came to this server by a copy: what is not sealed yet is found by comparing all ids, once. Writers wait
 * for that long, so that every row to come has a higher position (the new floor) and no lower txid.
 */
async function takeAfterMove(client: pg.PoolClient, last: LastSeal, server: string, batch: number): Promise<Taken> {
  await client.query('set local statement_timeout = 0; set local lock_timeout = 0')
  await client.query('lock table audit_log in share mode')
  const { rows } = await client.query<AuditRowText>(
    `select ${ROW_TEXT} from audit_log a
     where not exists (select 1 from (select unnest(row_ids) as id from audit_seals) s where s.id = a.id)
     order by a.position limit $1`,
    [batch],
  )
  // More may be left: the old server's name stays, and the next round comes here again.
  if (rows.length === batch) return { rows, place: last }
  const { rows: edges } = await client.query<{ txid: string; floor: number }>(
    'select pg_snapshot_xmin(pg_current_snapshot())::text as txid, coalesce(max(position), 0) as floor from audit_log',
  )
  return {
    rows,
    place: { cursorTxid: edges[0]?.txid ?? '0', cursorPosition: 0, floorPosition: edges[0]?.floor ?? 0, server },
  }
}

function sealOf(rows: readonly AuditRowText[], last: LastSeal | undefined, place: Place, now: Date): Seal {
  const payloads = rows.map(payloadDigest)
  // A clock that was set back must not make a day come twice.
  const today = now.toISOString().slice(0, 10)
  const day = last && last.day > today ? last.day : today
  const seal = {
    day,
    number: last?.day === day ? last.number + 1 : 1,
    at: now,
    ids: rows.map((row) => row.id),
    positions: rows.map((row) => Number(row.position)),
    digests: Buffer.concat(rows.map((row, index) => rowDigest(row, payloads[index] ?? GENESIS))),
    payloads: Buffer.concat(payloads),
    previous: last?.head ?? GENESIS,
    cursorTxid: place.cursorTxid,
    cursorPosition: place.cursorPosition,
    floorPosition: place.floorPosition,
    server: place.server,
  }
  return { ...seal, head: headOf(seal) }
}

async function insertSeal(client: pg.PoolClient, seal: Seal): Promise<void> {
  await client.query({
    name: 'virel_seal_insert',
    text: `insert into audit_seals (day, number, at, row_ids, positions, digests, payloads, previous, head, cursor_txid,
        cursor_position, floor_position, server)
      values ($1::date, $2, $3, $4::uuid[], $5::bigint[], $6, $7, $8, $9, $10::xid8, $11, $12, $13)`,
    values: [
      seal.day,
      seal.number,
      seal.at,
      seal.ids,
      seal.positions,
      seal.digests,
      seal.payloads,
      seal.previous,
      seal.head,
      seal.cursorTxid,
      seal.cursorPosition,
      seal.floorPosition,
      seal.server,
    ],
  })
}
