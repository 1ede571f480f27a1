import { type Kysely, sql } from 'kysely'

/** Who looked at whom and why, erasing a person, files to take away, and keys that can be replaced without a gap. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- A key answers for a person: it can do no more than that person can now. Who rotates it takes it over.
alter table api_keys
  add column responsible_id uuid references users (id),
  add column requests_per_minute integer check (requests_per_minute between 1 and 100000),
  add column allowed_addresses text[] not null default '{}' check (cardinality(allowed_addresses) <= 50),
  add column previous_secret_hash text check (length(previous_secret_hash) = 64),
  add column previous_valid_until timestamptz,
  add column rotated_at timestamptz,
  add column last_used_ip text,
  add column revoked_by uuid references users (id);
update api_keys set responsible_id = created_by;
create index api_keys_responsible_idx on api_keys (responsible_id);
create index api_keys_revoked_by_idx on api_keys (revoked_by);
create index api_keys_created_at_idx on api_keys (created_at, id);
`)
    .execute(db)
}
