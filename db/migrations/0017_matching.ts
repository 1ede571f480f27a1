import { type Kysely, sql } from 'kysely'

/** Calendars out and in, what does not fit in the time of models, cover that was asked for, and demand that was not met. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [CALENDARS, COVER, MISMATCHES, DEMAND]) await sql.raw(part).execute(db)
}

const CALENDARS = `
-- One secret address per model from which her own calendar reads her bookings.
create table calendar_feeds (
  model_id uuid primary key references models (id),
  token_hash text not null,
  sealed_token text not null,
  busy_only boolean not null default false,
  last_read_at timestamptz,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index calendar_feeds_token_key on calendar_feeds (token_hash);
create index calendar_feeds_created_by_idx on calendar_feeds (created_by);

-- An address elsewhere that says when a model is busy. The address is a secret of hers: sealed, only its host is shown.
create table external_calendars (
  id uuid primary key,
  model_id uuid not null references models (id),
  name text not null check (length(name) between 1 and 100),
  host text not null,
  sealed_address text not null,
  state text not null default 'new' check (state in ('new', 'fresh', 'stale')),
  -- Since when it could not be read; null while it can.
  stale_since timestamptz,
  problem text check (length(problem) <= 300),
  tried_at timestamptz,
  read_at timestamptz,
  next_read_at timestamptz not null,
  failures integer not null default 0,
  busy_count integer not null default 0,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((state = 'stale') = (stale_since is not null))
);
create index external_calendars_model_idx on external_calendars (model_id);
create index external_calendars_due_idx on external_calendars (next_read_at);
create index external_calendars_created_by_idx on external_calendars (created_by);

-- What a calendar elsewhere says is busy, and while it is stale the tentative stretch that says nobody knows.
alter table availability_slots add column calendar_id uuid references external_calendars (id) on delete cascade;
create index availability_slots_calendar_idx on availability_slots (calendar_id) where calendar_id is not null;
`

const COVER = `
-- At least so many models at a place in given hours of given days, in the place's own wall time.
create table cover_rules (
  id uuid primary key,
  location_id uuid not null references locations (id),
  name text not null check (length(name) between 1 and 100),
  -- 1 is Monday, 7 is Sunday.
  weekdays smallint[] not null check (cardinality(weekdays) between 1 and 7),
  from_minute smallint not null check (from_minute between 0 and 1439),
  -- Past midnight when it is not after from_minute.
  to_minute smallint not null check (to_minute between 1 and 1440),
  needed smallint not null check (needed between 1 and 100),
  is_active boolean not null default true,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create index cover_rules_location_idx on cover_rules (location_id);
create index cover_rules_created_by_idx on cover_rules (created_by);
`

const MISMATCHES = `
create sequence mismatch_ref_seq start 1;
create table availability_mismatches (
  id uuid primary key,
  ref text not null default 'M-' || nextval('mismatch_ref_seq'),
  kind text not null check (kind in
    ('booking_without_slot', 'overlapping_slots', 'slot_of_suspended', 'missing_cover', 'stale_calendar')),
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  -- What it is about, spelled so that the same mismatch is always the same text.
  dedupe_key text not null,
  model_id uuid references models (id),
  location_id uuid references locations (id),
  booking_id uuid references bookings (id),
  calendar_id uuid references external_calendars (id) on delete set null,
  cover_rule_id uuid references cover_rules (id),
  from_at timestamptz,
  to_at timestamptz,
  summary text not null check (length(summary) between 1 and 300),
  expected text not null check (length(expected) <= 500),
  actual text not null check (length(actual) <= 500),
  fixes jsonb not null default '[]',
  occurrences integer not null default 1 check (occurrences > 0),
  exception_id uuid references exceptions (id),
  detected_at timestamptz not null,
  seen_at timestamptz not null,
  resolved_at timestamptz
);
create unique index availability_mismatches_ref_key on availability_mismatches (ref);
create unique index availability_mismatches_open_key on availability_mismatches (dedupe_key) where resolved_at is null;
create index availability_mismatches_open_idx on availability_mismatches (detected_at, id) where resolved_at is null;
create index availability_mismatches_detected_idx on availability_mismatches (detected_at, id);
create index availability_mismatches_model_idx on availability_mismatches (model_id);
create index availability_mismatches_location_idx on availability_mismatches (location_id);
create index availability_mismatches_booking_idx on availability_mismatches (booking_id);
create index availability_mismatches_calendar_idx on availability_mismatches (calendar_id);
create index availability_mismatches_cover_idx on availability_mismatches (cover_rule_id);
create index availability_mismatches_exception_idx on availability_mismatches (exception_id);
`

const DEMAND = `
-- What was asked for and nobody could give: one row per inquiry, with what stood in the way.
create table unmet_demand (
  inquiry_id uuid primary key references inquiries (id),
  source text not null check (source in ('no_match', 'ended')),
  constraint_kind text not null check (constraint_kind in ('place', 'services', 'time', 'hours', 'price', 'blacklist', 'not_looked')),
  detail text not null check (length(detail) <= 500),
  location_id uuid references locations (id),
  service_ids uuid[] not null default '{}',
  window_from timestamptz,
  window_to timestamptz,
  considered integer not null default 0,
  noted_at timestamptz not null,
  -- A later look found somebody, or it was booked after all.
  met_at timestamptz
);
create index unmet_demand_noted_idx on unmet_demand (noted_at, inquiry_id) where met_at is null;
create index unmet_demand_location_idx on unmet_demand (location_id);
`
