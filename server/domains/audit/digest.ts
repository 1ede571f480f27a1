import { hash } from 'node:crypto'

/**
 * What an audit row is reduced to. Every value is text as PostgreSQL writes it (moments as microseconds since 1970, jsonb
 * in its own canonical form), preceded by its length, so no two rows have the same bytes. The contents have a digest of
 * their own inside that of the row: they can be erased later and the row still be proved.
 */
export interface AuditRowText {
  id: string
  position: string
  txid: string
  at: string
  actor_kind: string
  actor_id: string | null
  actor_name: string
  via: string
  action: string
  entity_type: string
  entity_id: string | null
  entity_ref: string | null
  cause_id: string | null
  request_id: string | null
  salt: string | null
  before: string | null
  after: string | null
  reason: string | null
  ip: string | null
  agent: string | null
  redacted_by: string | null
}

/** The select list that reads an AuditRowText from `audit_log a`; the same for who seals and who verifies. */
export const ROW_TEXT = `a.id::text, a.position::text, a.txid::text, (extract(epoch from a.at) * 1000000)::bigint::text as at,
  a.actor_kind, a.actor_id::text, a.actor_name, a.via, a.action, a.entity_type, a.entity_id::text, a.entity_ref,
  a.cause_id::text, a.request_id, a.salt::text, a.before::text, a.after::text, a.reason, a.ip, a.agent, a.redacted_by::text`

export const DIGEST_BYTES = 32
/** What the first seal of all continues. */
export const GENESIS: Buffer = hash('sha256', 'virel audit genesis', 'buffer')

const ABSENT = 0xffffffff

function encoded(values: readonly (string | null)[]): Buffer {
  const length = values.reduce((sum, value) => sum + 4 + (value === null ? 0 : Buffer.byteLength(value)), 0)
  const bytes = Buffer.allocUnsafe(length)
  let at = 0
  for (const value of values) {
    const from = at + 4
    at = from + (value === null ? 0 : bytes.write(value, from))
    bytes.writeUInt32BE(value === null ? ABSENT : at - from, from - 4)
  }
  return bytes
}

/** What an erasure may take away. */
export function payloadDigest(row: AuditRowText): Buffer {
  return hash(
    'sha256',
    encoded(['virel audit payload 1', row.salt, row.before, row.after, row.reason, row.ip, row.agent]),
    'buffer',
  )
}

/** Who, what, when, by what and why, over the digest of the contents. Its id and place are the seal's to say. */
export function rowDigest(row: AuditRowText, payload: Buffer): Buffer {
  const fixed = encoded([
    'virel audit row 1',
    row.at,
    row.actor_kind,
    row.actor_id,
    row.actor_name,
    row.via,
    row.action,
    row.entity_type,
    row.entity_id,
    row.entity_ref,
    row.cause_id,
    row.request_id,
  ])
  return hash('sha256', Buffer.concat([fixed, payload]), 'buffer')
}

export interface Seal {
  day: string
  number: number
  at: Date
  ids: string[]
  positions: number[]
  digests: Buffer
  payloads: Buffer
  previous: Buffer
  head: Buffer
  cursorTxid: string
  cursorPosition: number
  floorPosition: number
  server: string
}

/** The head of a seal: over the head before it, what the seal says of itself, and each row's id, place and digest in order. */
export function headOf(seal: Omit<Seal, 'head'>): Buffer {
  const said = encoded([
    'virel audit seal 1',
    seal.day,
    String(seal.number),
    String(seal.at.getTime()),
    seal.cursorTxid,
    String(seal.cursorPosition),
    String(seal.floorPosition),
    seal.server,
    String(seal.ids.length),
  ])
  const places = Buffer.allocUnsafe(seal.ids.length * 24)
  seal.ids.forEach((id, index) => {
    places.write(id.replaceAll('-', ''), index * 24, 'hex')
    places.writeBigInt64BE(BigInt(seal.positions[index] ?? 0), index * 24 + 16)
  })
  return hash('sha256', Buffer.concat([said, seal.previous, places, seal.digests]), 'buffer')
}
