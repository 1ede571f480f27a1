import { type Kysely, sql } from 'kysely'

/** What the timeline reads besides the ledger: the few bookings of a model that hold no time yet, or no more. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create index bookings_without_time_idx on bookings (model_id, starts_at) include (ends_at)
  where status in ('draft', 'pending', 'completed', 'no_show') and deleted_at is null;
`)
    .execute(db)
}
