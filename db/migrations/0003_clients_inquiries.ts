import { type Kysely, sql } from 'kysely'

/** Who asks, and what they ask for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create sequence client_ref_seq start 101;
create sequence inquiry_ref_seq start 101;

create table clients (
  id uuid primary key,
  ref text not null default 'C-' || nextval('client_ref_seq'),
  name text not null check (length(name) between 1 and 200),
  email text check (email = lower(email) and length(email) <= 254),
  phone text check (phone ~ '^\\+[1-9][0-9]{5,14}$'),
  preferred_channel text not null default 'email' check (preferred_channel in ('email', 'phone', 'sms', 'whatsapp', 'telegram')),
  tags text[] not null default '{}' check (cardinality(tags) <= 20),
  notes text not null default '' check (length(notes) <= 10000),
  merged_into_id uuid references clients (id),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  check (merged_into_id <> id)
);
create unique index clients_ref_key on clients (ref);
create index clients_email_idx on clients (email) where merged_into_id is null and deleted_at is null;
create index clients_phone_idx on clients (phone) where merged_into_id is null and deleted_at is null;
create index clients_created_at_idx on clients (created_at, id);
create index clients_name_idx on clients (name, id);
create index clients_merged_into_idx on clients (merged_into_id) where merged_into_id is not null;
create index clients_created_by_idx on clients (created_by);
create index clients_tags_idx on clients using gin (tags);
create index clients_search_idx on clients using gin (lower(name) gin_trgm_ops, email gin_trgm_ops, phone gin_trgm_ops);

-- What a merge moved, so that it can be moved back.
create table client_merges (
  id uuid primary key,
  survivor_id uuid not null references clients (id),
  merged_id uuid not null references clients (id),
  moved jsonb not null,
  survivor_before jsonb not null,
  merged_by uuid references users (id),
  merged_at timestamptz not null,
  undone_by uuid references users (id),
  undone_at timestamptz,
  check (survivor_id <> merged_id)
);
create unique index client_merges_merged_key on client_merges (merged_id) where undone_at is null;
create index client_merges_survivor_idx on client_merges (survivor_id);
create index client_merges_merged_by_idx on client_merges (merged_by);
create index client_merges_undone_by_idx on client_merges (undone_by);

create table inquiries (
  id uuid primary key,
  ref text not null default 'Q-' || nextval('inquiry_ref_seq'),
  source text not null check (source in ('web', 'telegram', 'whatsapp', 'phone', 'partner')),
  external_ref text check (length(external_ref) between 1 and 200),
  client_id uuid not null references clients (id),
  subject text not null default '' check (length(subject) <= 200),
  message text not null check (length(message) <= 10000),
  location_id uuid references locations (id),
  window_from timestamptz,
  window_to timestamptz,
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'critical')),
  status text not null check (status in ('new', 'qualified', 'awaiting_client', 'awaiting_deposit', 'converted', 'lost', 'spam')),
  status_reason text,
  deposit_amount bigint check (deposit_amount between 1 and 100000000),
  currency char(3) not null default 'GBP',
  waiver_reason text check (length(waiver_reason) between 3 and 500),
  waived_by uuid references users (id),
  assignee_id uuid references users (id),
  answered_at timestamptz,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  check (window_to > window_from),
  constraint inquiries_deposit_or_waiver check (
    status not in ('awaiting_deposit', 'converted') or deposit_amount is not null or waiver_reason is not null)
);
create unique index inquiries_ref_key on inquiries (ref);
create unique index inquiries_external_ref_key on inquiries (source, external_ref) where external_ref is not null;
create index inquiries_client_idx on inquiries (client_id, created_at);
create index inquiries_created_at_idx on inquiries (created_at, id);
create index inquiries_status_idx on inquiries (status, created_at, id);
create index inquiries_assignee_idx on inquiries (assignee_id, created_at, id);
create index inquiries_location_idx on inquiries (location_id);
create index inquiries_waived_by_idx on inquiries (waived_by);
create index inquiries_created_by_idx on inquiries (created_by);
create index inquiries_subject_trgm_idx on inquiries using gin (lower(subject) gin_trgm_ops);

create table inquiry_services (
  inquiry_id uuid not null references inquiries (id) on delete cascade,
  service_id uuid not null references services (id),
  primary key (inquiry_id, service_id)
);
create index inquiry_services_service_idx on inquiry_services (service_id);

create table inquiry_matches (
  inquiry_id uuid not null references inquiries (id) on delete cascade,
  model_id uuid not null references models (id),
  score integer not null check (score between 0 and 100),
  reasons jsonb not null,
  matched_at timestamptz not null,
  primary key (inquiry_id, model_id)
);
create index inquiry_matches_model_idx on inquiry_matches (model_id);

-- Notes on anything that has no timeline of its own.
create table notes (
  id uuid primary key,
  entity_type text not null check (entity_type in ('inquiry', 'task', 'exception', 'client', 'model')),
  entity_id uuid not null,
  body text not null check (length(body) between 1 and 5000),
  created_by uuid references users (id),
  created_at timestamptz not null
);
create index notes_entity_idx on notes (entity_type, entity_id, created_at);
create index notes_created_by_idx on notes (created_by);
`)
    .execute(db)
}
