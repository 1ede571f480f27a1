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

-- A person who was erased: the row stays for what hangs on it, under a pseudonym.
alter table clients add column erased_at timestamptz;

-- Erasing goes step by step; what is done is remembered, so that a killed job goes on where it was.
create table client_erasures (
  id uuid primary key,
  client_id uuid not null references clients (id),
  state text not null check (state in ('running', 'done')),
  steps_done text[] not null default '{}',
  counts jsonb not null default '{}',
  -- What to look for elsewhere, sealed; gone when it is done.
  identifiers text,
  requested_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  finished_at timestamptz,
  check ((state = 'done') = (finished_at is not null)),
  check (state = 'running' or identifiers is null)
);
create unique index client_erasures_client_key on client_erasures (client_id);
create index client_erasures_requested_by_idx on client_erasures (requested_by);

-- A list as a file, for the person who asked for it. Made by a job, kept for a day.
create table export_files (
  id uuid primary key,
  maker_id uuid not null references users (id),
  kind text not null check (kind in ('bookings', 'clients', 'inquiries', 'payments')),
  format text not null check (format in ('csv', 'xlsx')),
  filters jsonb not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'removed')),
  row_count integer not null default 0,
  byte_count integer,
  content bytea,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz,
  expires_at timestamptz not null,
  check ((content is not null) = (state = 'done'))
);
alter table export_files alter column content set storage external;
create index export_files_maker_idx on export_files (maker_id, created_at, id);
create index export_files_expiry_idx on export_files (expires_at);

-- Nothing new for who was erased. The lock waits for an erasure that is under way, whose row then says so.
create function refuse_erased_client() returns trigger language plpgsql as $$
begin
  if (select erased_at from clients where id = new.client_id for key share) is not null then
    raise exception 'this client was erased' using errcode = 'VR004', constraint = 'refuse_erased_client';
  end if;
  return new;
end $$;
create trigger bookings_not_of_erased before insert on bookings for each row execute function refuse_erased_client();
create trigger inquiries_not_of_erased before insert on inquiries for each row execute function refuse_erased_client();

-- Who looked at whom is read from the audit log.
create index audit_log_looks_idx on audit_log (at, id)
  where action in ('client.viewed', 'client.revealed', 'client.exported');
`)
    .execute(db)
}
