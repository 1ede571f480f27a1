import { type Kysely, sql } from 'kysely'

/** People, what they may do, their sessions and keys. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create extension if not exists btree_gist;
create extension if not exists pg_trgm;

create table users (
  id uuid primary key,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 120),
  password_hash text not null,
  disabled_at timestamptz,
  last_sign_in_at timestamptz,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index users_email_key on users (email);
create index users_created_by_idx on users (created_by);
create index users_created_at_idx on users (created_at, id);

create table roles (
  code text primary key check (code ~ '^[A-Z][A-Z_]+$'),
  name text not null,
  description text not null,
  is_system boolean not null default false
);

create table permissions (
  code text primary key check (code ~ '^[a-z_]+(\\.[a-z_]+)+$'),
  description text not null
);

create table role_permissions (
  role_code text not null references roles (code) on delete cascade,
  permission_code text not null references permissions (code) on delete cascade,
  primary key (role_code, permission_code)
);
create index role_permissions_permission_idx on role_permissions (permission_code);

create table user_roles (
  user_id uuid not null references users (id) on delete cascade,
  role_code text not null references roles (code),
  granted_by uuid references users (id),
  granted_at timestamptz not null,
  primary key (user_id, role_code)
);
create index user_roles_role_idx on user_roles (role_code);
create index user_roles_granted_by_idx on user_roles (granted_by);

-- id is the SHA-256 of what the browser holds: a stolen table opens no session.
create table sessions (
  id text primary key check (length(id) = 64),
  user_id uuid not null references users (id) on delete cascade,
  expires_at timestamptz not null,
  absolute_expires_at timestamptz not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  ip text,
  agent text,
  check (expires_at <= absolute_expires_at)
);
create index sessions_user_idx on sessions (user_id);
create index sessions_expiry_idx on sessions (expires_at);

create table api_keys (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  prefix text not null,
  secret_hash text not null check (length(secret_hash) = 64),
  permissions text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_by uuid references users (id),
  created_at timestamptz not null
);
create unique index api_keys_prefix_key on api_keys (prefix);
create index api_keys_created_by_idx on api_keys (created_by);

-- Written by rate-limiter-flexible: counters exact across processes.
create table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);

create table settings (
  key text primary key,
  value jsonb not null,
  description text not null,
  updated_at timestamptz not null default now()
);
`)
    .execute(db)
}
