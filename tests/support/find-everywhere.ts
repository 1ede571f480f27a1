import { sql } from 'kysely'
import type { Db } from '#db/client.ts'

/** Tables (with how many rows) in which any column, of whatever type, holds one of these texts; also as bytes. */
export async function findEverywhere(db: Db, texts: readonly string[]): Promise<string[]> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', table_schema, table_name) as name from information_schema.tables
    where table_schema in ('public', 'graphile_worker') and table_type = 'BASE TABLE' order by 1`.execute(db)
  const patterns = texts
    .flatMap((text) => [text, Buffer.from(text).toString('hex'), encodeURIComponent(text)])
    .map((text) => `%${text}%`)
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ hits: number }>`
      select count(*) as hits from ${sql.raw(name)} t where t::text ilike any(${patterns}::text[])`.execute(db)
    if (rows[0]?.hits) found.push(`${name}: ${rows[0].hits}`)
  }
  return found
}
