import { type Kysely, sql } from 'kysely'

/** What a session knows of its sign-in. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- When its person last proved who they are; sensitive acts ask for a recent one.
alter table sessions add column authenticated_at timestamptz;
update sessions set authenticated_at = created_at;
alter table sessions alter column authenticated_at set not null;
`)
    .execute(db)
}
