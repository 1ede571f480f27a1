import { type Kysely, sql } from 'kysely'

/** What the borders of the system count. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Requests of each caller in its present minute. Unlogged: after a crash of the database everyone may begin again.
create unlogged table request_counters (
  key text primary key,
  window_start timestamptz not null,
  used integer not null
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02);
`)
    .execute(db)
}
