import { sql } from 'kysely'
import type { Db } from '#db/client.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What ids among these values mean to people: refs, and the names of places, models and users. Never a client's name. */
export async function labelsOf(db: Db, values: readonly Record<string, unknown>[]): Promise<Record<string, string>> {
  const found = values.flatMap((fields) => Object.values(fields)).filter((value) => typeof value === 'string' && UUID.test(value))
  const ids = [...new Set(found)]
  if (ids.length === 0) return {}
  const { rows } = await sql<{ id: string; label: string }>`
    select id, ref as label from clients where id = any(${ids}::uuid[])
    union all select id, ref from inquiries where id = any(${ids}::uuid[])
    union all select id, name from models where id = any(${ids}::uuid[])
    union all select id, title from locations where id = any(${ids}::uuid[])
    union all select id, name from users where id = any(${ids}::uuid[])`.execute(db)
  return Object.fromEntries(rows.map((row) => [row.id, row.label]))
}
