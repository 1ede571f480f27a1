import { type Kysely, sql } from 'kysely'

/** How people prove who they are: sessions, known devices, second factors, and the history of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- A browser someone has signed in on. secret_hash is the SHA-256 of its cookie; one browser may know several people.
create table known_devices (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  secret_hash text not null check (length(secret_hash) = 64),
  -- Signed in by a page or by the API: a script that keeps no cookies must not push people's browsers out.
  via text not null check (via in ('screen', 'rest', 'trpc')),
  ip text,
  agent text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);
create unique index known_devices_secret_key on known_devices (secret_hash, user_id);
create index known_devices_user_idx on known_devices (user_id, last_seen_at desc);

-- When its person last proved who they are; sensitive acts ask for a recent one.
alter table sessions add column authenticated_at timestamptz;
update sessions set authenticated_at = created_at;
alter table sessions alter column authenticated_at set not null;
-- By what they proved it: a session with one of them only may have to add a second.
alter table sessions add column factors text[] not null default '{password}'
  check (cardinality(factors) > 0 and factors <@ array['password', 'totp', 'recovery_code', 'passkey']);
alter table sessions add column device_id uuid references known_devices (id) on delete set null;
create index sessions_device_idx on sessions (device_id);

-- Counted tries, each decided by the statement that counts it. A key names what it counts, e.g. 'account:<email>'.
create table sign_in_tries (
  key text primary key check (length(key) <= 330),
  used integer not null check (used >= 0),
  expires_at timestamptz not null
);
create index sign_in_tries_expiry_idx on sign_in_tries (expires_at);

-- Time-based codes (RFC 6238). Not confirmed: being set up, asks for nothing yet.
create table second_factors (
  user_id uuid primary key references users (id) on delete cascade,
  sealed_secret text not null,
  confirmed_at timestamptz,
  -- The newest time step a code of which was taken: none of it or before it is taken again.
  last_step bigint not null default 0,
  created_at timestamptz not null
);

create table recovery_codes (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  code_hash text not null check (length(code_hash) = 64),
  used_at timestamptz,
  created_at timestamptz not null
);
create unique index recovery_codes_hash_key on recovery_codes (user_id, code_hash);

-- Who tried to sign in, and how it went. user_id is null for addresses nobody has.
create table sign_ins (
  id uuid primary key,
  user_id uuid references users (id) on delete cascade,
  at timestamptz not null,
  result text not null check (result in ('signed_in', 'confirmed', 'wrong_password', 'wrong_code', 'disabled', 'unknown')),
  factors text[] not null,
  device_id uuid references known_devices (id) on delete set null,
  -- The first sign-in of this person from a device: they are told, until they say it was them.
  is_new_device boolean not null default false,
  session_id text,
  answered_at timestamptz,
  ip text,
  agent text
);
create index sign_ins_user_idx on sign_ins (user_id, at desc, id desc);
create index sign_ins_at_idx on sign_ins (at);
create index sign_ins_device_idx on sign_ins (device_id);
-- Looked at with each request of a session: holds only what nobody has answered yet.
create index sign_ins_notice_idx on sign_ins (user_id, at) where is_new_device and answered_at is null;
`)
    .execute(db)
}
