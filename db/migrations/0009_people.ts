import { type Kysely, sql } from 'kysely'

/** How people come in, get back in, and what their roles are made of: messages, invitations, resets, passkeys, own roles. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Messages to people of the agency. The body carries a link that lets its reader in, so it is sealed, and goes once the link is dead.
create table outgoing_messages (
  id uuid primary key,
  kind text not null check (kind ~ '^[a-z]+(_[a-z]+)*$'),
  recipient text not null check (length(recipient) between 3 and 254),
  recipient_id uuid references users (id) on delete set null,
  subject text not null check (length(subject) between 1 and 200),
  sealed_body text,
  state text not null default 'waiting' check (state in ('waiting', 'withdrawn')),
  created_at timestamptz not null,
  expires_at timestamptz not null,
  check ((state = 'withdrawn') = (sealed_body is null))
);
create index outgoing_messages_created_idx on outgoing_messages (created_at, id);
create index outgoing_messages_expiry_idx on outgoing_messages (expires_at);
create index outgoing_messages_recipient_idx on outgoing_messages (recipient_id);

-- Of a link only the SHA-256 of its token is kept.
create table invitations (
  id uuid primary key,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 120),
  state text not null default 'pending' check (state in ('pending', 'accepted', 'revoked')),
  token_hash text check (length(token_hash) = 64),
  expires_at timestamptz not null,
  message_id uuid references outgoing_messages (id) on delete set null,
  user_id uuid references users (id) on delete set null,
  version integer not null default 1,
  -- Who sent it last: the link works only as long as they may still invite with these roles.
  invited_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((state = 'pending') = (token_hash is not null))
);
create unique index invitations_token_key on invitations (token_hash);
create unique index invitations_one_pending_per_email on invitations (email) where state = 'pending';
create index invitations_created_idx on invitations (created_at, id);
create index invitations_message_idx on invitations (message_id);
create index invitations_user_idx on invitations (user_id);
create index invitations_invited_by_idx on invitations (invited_by);

create table invitation_roles (
  invitation_id uuid not null references invitations (id) on delete cascade,
  role_code text not null references roles (code),
  primary key (invitation_id, role_code)
);
create index invitation_roles_role_idx on invitation_roles (role_code);

-- Asked for by a stranger: a row for any address, so that known and unknown ones cost the same; a job finds out whose it is.
create table password_resets (
  id uuid primary key,
  email text not null check (length(email) between 1 and 254),
  state text not null default 'requested' check (state in ('requested', 'open', 'used', 'dead')),
  user_id uuid references users (id) on delete cascade,
  token_hash text check (length(token_hash) = 64),
  expires_at timestamptz not null,
  message_id uuid references outgoing_messages (id) on delete set null,
  requested_by uuid references users (id) on delete set null,
  created_at timestamptz not null,
  check ((state = 'open') = (token_hash is not null)),
  check (state in ('requested', 'dead') or user_id is not null)
);
create unique index password_resets_token_key on password_resets (token_hash);
create index password_resets_user_idx on password_resets (user_id);
create index password_resets_expiry_idx on password_resets (expires_at);
create index password_resets_message_idx on password_resets (message_id);
create index password_resets_requested_by_idx on password_resets (requested_by);

create table passkeys (
  id uuid primary key,
  user_id uuid not null references users (id) on delete cascade,
  name text not null check (length(name) between 1 and 80),
  credential_id text not null check (length(credential_id) between 16 and 1400),
  public_key text not null,
  -- Grows with each use where the device counts at all; going back means a copy was made.
  counter bigint not null default 0 check (counter >= 0),
  transports text[] not null default '{}',
  backed_up boolean not null default false,
  last_used_at timestamptz,
  created_at timestamptz not null
);
create unique index passkeys_credential_key on passkeys (credential_id);
create index passkeys_user_idx on passkeys (user_id);

-- Each is answered once, within minutes, for what it was made for.
create table passkey_challenges (
  id uuid primary key,
  purpose text not null check (purpose in ('register', 'sign_in', 'confirm')),
  user_id uuid references users (id) on delete cascade,
  challenge text not null,
  expires_at timestamptz not null,
  check ((purpose = 'sign_in') = (user_id is null))
);
create index passkey_challenges_user_idx on passkey_challenges (user_id);
create index passkey_challenges_expiry_idx on passkey_challenges (expires_at);

alter table roles add column version integer not null default 1;
alter table roles add column created_by uuid references users (id) on delete set null;
alter table roles add column created_at timestamptz;
alter table roles add column updated_at timestamptz;
create index roles_created_by_idx on roles (created_by);
create unique index roles_name_key on roles (lower(name));
`)
    .execute(db)
}
