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

-- A masked contact shown to one person for a while, and why. One at a time for each person and client.
create table contact_reveals (
  id uuid primary key,
  client_id uuid not null references clients (id),
  user_id uuid not null references users (id),
  reason text not null check (length(reason) between 1 and 500),
  entity_type text not null check (entity_type in ('client', 'inquiry', 'booking')),
  entity_id uuid not null,
  entity_ref text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  check (expires_at > created_at)
);
create unique index contact_reveals_open_key on contact_reveals (user_id, client_id) where ended_at is null;
create index contact_reveals_client_idx on contact_reveals (client_id, created_at);
create index contact_reveals_user_idx on contact_reveals (user_id, created_at);

-- Who looked at whom is read from the audit log.
create index audit_log_looks_idx on audit_log (at, id)
  where action in ('client.viewed', 'client.revealed', 'client.exported');
`)
    .execute(db)
}
