import { sql } from 'kysely'
import type { Tx } from '#server/transact.ts'
import type { Stretch } from './read-busy-times.ts'

interface Owner {
  id: string
  model_id: string
}

const DAY_MS = 86_400_000
/** A slot is at most a month long. */
const LONGEST_MS = 30 * DAY_MS

/** Makes the calendar's slots say exactly these times within the reading. True when that changed anything. */
export async function keepBusyTimes(tx: Tx, owner: Owner, reading: Stretch, busy: readonly Stretch[]): Promise<boolean> {
  return keepSlots(
    tx,
    owner,
    reading,
    busy.flatMap(pieces).map((stretch) => ({ ...stretch, kind: 'unavailable' })),
  )
}

/**
 * The calendar can not be read: what it said last still blocks, and everything ahead is tentative. A tentative slot of a
 * calendar opens no hours; it only says that nobody knows.
 */
export async function keepUnknownTime(tx: Tx, owner: Owner, reading: Stretch): Promise<boolean> {
  const known = await slotsOf(tx, owner, reading)
  const last = known.filter((slot) => slot.kind === 'unavailable')
  const unknown = pieces(reading).map((stretch) => ({ ...stretch, kind: 'tentative' }))
  return keepSlots(tx, owner, reading, [...last, ...unknown], known)
}

interface Slot extends Stretch {
  kind: string
}

async function keepSlots(
  tx: Tx,
  owner: Owner,
  reading: Stretch,
  wanted: readonly Slot[],
  known?: readonly (Slot & { id: string })[],
) {
  const before = known ?? (await slotsOf(tx, owner, reading))
  const keyOf = ({ kind, from, to }: Slot) => `${kind} ${from} ${to}`
  const wantedKeys = new Set(wanted.map(keyOf))
  const keptKeys = new Set(before.map(keyOf))
  const gone = before.filter((slot) => !wantedKeys.has(keyOf(slot))).map((slot) => slot.id)
  const fresh = wanted.filter((slot) => !keptKeys.has(keyOf(slot)))
  if (gone.length > 0) tx.send(sql`delete from availability_slots where id = any(${gone}::uuid[])`)
  for (let at = 0; at < fresh.length; at += 1_000) {
    const rows = fresh.slice(at, at + 1_000).map((slot) => ({
      id: tx.ctx.ids.next(),
      kind: slot.kind,
      starts_at: new Date(slot.from),
      ends_at: new Date(slot.to),
    }))
    tx.send(sql`
      insert into availability_slots (id, model_id, kind, source, confidence, starts_at, ends_at, calendar_id, created_at, updated_at)
      select r.id, ${owner.model_id}::uuid, r.kind, 'sync', case r.kind when 'tentative' then 0.5 else 1 end, r.starts_at, r.ends_at,
        ${owner.id}::uuid, ${tx.now}, ${tx.now}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (id uuid, kind text, starts_at timestamptz, ends_at timestamptz)`)
  }
  return gone.length > 0 || fresh.length > 0
}

async function slotsOf(tx: Tx, owner: Owner, reading: Stretch): Promise<(Slot & { id: string })[]> {
  const rows = await tx.run(sql<{ id: string; kind: string; starts_at: Date; ends_at: Date }>`
    select id, kind, starts_at, ends_at from availability_slots
    where calendar_id = ${owner.id}::uuid and ends_at > ${new Date(reading.from)}`)
  return rows.map((row) => ({ id: row.id, kind: row.kind, from: row.starts_at.getTime(), to: row.ends_at.getTime() }))
}

function pieces({ from, to }: Stretch): Stretch[] {
  const parts: Stretch[] = []
  for (let at = from; at < to; at += LONGEST_MS) parts.push({ from: at, to: Math.min(at + LONGEST_MS, to) })
  return parts
}
