import { type Kysely, sql } from 'kysely'

/** When a model may be offered: rules, one-off exceptions, slots, and how long the way between two places takes. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Where what occupies her takes place: the way to the next place is counted from there. A booking's block may leave it to its booking.
alter table time_blocks add column location_id uuid references locations (id);
create index time_blocks_location_idx on time_blocks (location_id) where location_id is not null;

-- A rule holds for everyone, for those based at a place, or for one model. Of hours, notice, step, limits and buffers the
-- most specific one holds; every blackout holds. What is in config depends on kind.
create table availability_rules (
  id uuid primary key,
  scope text not null check (scope in ('global', 'location', 'model')),
  location_id uuid references locations (id) on delete cascade,
  model_id uuid references models (id) on delete cascade,
  kind text not null check (kind in ('hours', 'blackout', 'notice', 'step', 'limits', 'buffers')),
  -- Of buffers only: they hold for bookings with this service.
  service_id uuid references services (id) on delete cascade,
  title text not null default '' check (length(title) <= 120),
  config jsonb not null check (jsonb_typeof(config) = 'object'),
  active boolean not null default true,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint availability_rules_scope check (
    (location_id is not null) = (scope = 'location') and (model_id is not null) = (scope = 'model')),
  constraint availability_rules_service check (service_id is null or kind = 'buffers')
);
-- Two rules of one kind for the same could disagree. Of blackouts all hold, so there may be many.
create unique index availability_rules_one_key on availability_rules (kind, scope, location_id, model_id, service_id)
  nulls not distinct where active and kind <> 'blackout';
create index availability_rules_global_idx on availability_rules (kind) where active and scope = 'global';
create index availability_rules_location_idx on availability_rules (location_id) where location_id is not null;
create index availability_rules_model_idx on availability_rules (model_id) where model_id is not null;
create index availability_rules_service_idx on availability_rules (service_id) where service_id is not null;
create index availability_rules_created_by_idx on availability_rules (created_by);
create index availability_rules_list_idx on availability_rules (created_at, id);

-- One day of one model is different: a stretch of wall-clock time opens or closes. Minutes count from that day's midnight.
create table availability_exceptions (
  id uuid primary key,
  model_id uuid not null references models (id) on delete cascade,
  on_day date not null,
  opens boolean not null,
  from_minute integer not null check (from_minute between 0 and 1439),
  to_minute integer not null check (to_minute between 1 and 2880),
  note text not null default '' check (length(note) <= 500),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint availability_exceptions_order check (to_minute > from_minute)
);
create index availability_exceptions_day_idx on availability_exceptions (model_id, on_day);
create index availability_exceptions_created_by_idx on availability_exceptions (created_by);

-- Stretches of time as they stand in the calendar. Those of source automation are what rules and exceptions come to, kept by a job.
create table availability_slots (
  id uuid primary key,
  model_id uuid not null references models (id) on delete cascade,
  kind text not null check (kind in ('available', 'unavailable', 'tentative')),
  source text not null default 'manual' check (source in ('manual', 'automation', 'sync')),
  confidence numeric(3, 2) not null default 1 check (confidence between 0 and 1),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  note text not null default '' check (length(note) <= 500),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint availability_slots_end_after_start check (ends_at > starts_at),
  constraint availability_slots_length check (ends_at - starts_at <= interval '31 days')
);
-- Read as [from - 31 days, to): a slot is at most 31 days long.
create index availability_slots_model_idx on availability_slots (model_id, starts_at) include (ends_at, kind, source);
create unique index availability_slots_automation_key on availability_slots (model_id, starts_at, ends_at) where source = 'automation';
create index availability_slots_list_idx on availability_slots (starts_at, id);
create index availability_slots_created_by_idx on availability_slots (created_by);

-- Minutes from place to place where the estimate by distance is wrong.
create table travel_times (
  from_location_id uuid not null references locations (id) on delete cascade,
  to_location_id uuid not null references locations (id) on delete cascade,
  minutes integer not null check (minutes between 0 and 1440),
  updated_at timestamptz not null,
  primary key (from_location_id, to_location_id),
  constraint travel_times_two_places check (from_location_id <> to_location_id)
);
create index travel_times_to_idx on travel_times (to_location_id);
`)
    .execute(db)
}
