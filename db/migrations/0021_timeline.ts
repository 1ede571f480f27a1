import { type Kysely, sql } from 'kysely'

/** What the timeline reads: requests of a model by time are few among all her bookings. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create index bookings_requests_idx on bookings (model_id, starts_at) where status in ('draft', 'pending') and deleted_at is null;
`)
    .execute(db)
}
