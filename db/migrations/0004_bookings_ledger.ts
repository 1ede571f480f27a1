import { type Kysely, sql } from 'kysely'

/** Sold time, the ledger that makes selling it twice impossible, and the money received for it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create sequence booking_ref_seq start 1001;
create sequence payment_ref_seq start 101;

create table bookings (
  id uuid primary key,
  ref text not null default 'B-' || nextval('booking_ref_seq'),
  inquiry_id uuid references inquiries (id),
  client_id uuid not null references clients (id),
  model_id uuid not null references models (id),
  location_id uuid not null references locations (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  call_type text not null default 'incall' check (call_type in ('incall', 'outcall')),
  status text not null check (status in
    ('draft', 'pending', 'deposit_required', 'confirmed', 'in_progress', 'completed', 'cancelled', 'no_show', 'expired')),
  status_reason text check (length(status_reason) <= 1000),
  price_amount bigint not null check (price_amount between 0 and 100000000),
  price_lines jsonb not null default '[]',
  currency char(3) not null default 'GBP',
  deposit_amount bigint check (deposit_amount between 1 and 100000000),
  deposit_status text not null default 'none' check (deposit_status in ('none', 'pending', 'paid', 'failed')),
  deposit_deadline_at timestamptz,
  payment_status text not null default 'unpaid' check (payment_status in ('unpaid', 'partial', 'paid', 'refunded')),
  paid_amount bigint not null default 0 check (paid_amount between 0 and 100000000),
  waiver_reason text check (length(waiver_reason) between 3 and 500),
  waived_by uuid references users (id),
  client_confirmed_arrival boolean not null default false,
  assignee_id uuid references users (id),
  internal_notes text not null default '' check (length(internal_notes) <= 10000),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz,
  constraint bookings_end_after_start check (ends_at > starts_at),
  constraint bookings_length check (ends_at - starts_at <= interval '14 days'),
  constraint bookings_deposit_settled check (
    status not in ('confirmed', 'in_progress', 'completed', 'no_show') or deposit_status = 'paid' or waiver_reason is not null),
  constraint bookings_hold_has_deadline check (status <> 'deposit_required' or deposit_deadline_at is not null)
);
create unique index bookings_ref_key on bookings (ref);
create unique index bookings_one_live_per_inquiry on bookings (inquiry_id)
  where inquiry_id is not null and status in ('draft', 'pending', 'deposit_required', 'confirmed', 'in_progress', 'completed');
create index bookings_inquiry_idx on bookings (inquiry_id) where inquiry_id is not null;
create index bookings_client_idx on bookings (client_id, starts_at);
create index bookings_model_idx on bookings (model_id, starts_at);
create index bookings_location_idx on bookings (location_id);
create index bookings_starts_at_idx on bookings (starts_at, id);
create index bookings_created_at_idx on bookings (created_at, id);
create index bookings_status_starts_idx on bookings (status, starts_at, id);
create index bookings_status_created_idx on bookings (status, created_at, id);
create index bookings_assignee_idx on bookings (assignee_id, created_at, id);
create index bookings_assignee_starts_idx on bookings (assignee_id, starts_at, id);
create index bookings_deadline_idx on bookings (deposit_deadline_at) where status in ('pending', 'deposit_required');
create index bookings_waived_by_idx on bookings (waived_by) where waived_by is not null;
create index bookings_created_by_idx on bookings (created_by);

create table booking_services (
  booking_id uuid not null references bookings (id) on delete cascade,
  service_id uuid not null references services (id),
  extra_amount bigint not null default 0 check (extra_amount between 0 and 100000000),
  primary key (booking_id, service_id)
);
create index booking_services_service_idx on booking_services (service_id);

create table booking_timeline (
  id uuid primary key,
  booking_id uuid not null references bookings (id),
  at timestamptz not null,
  kind text not null,
  title text not null,
  body text check (length(body) <= 5000),
  data jsonb not null default '{}',
  actor_id uuid references users (id),
  actor_name text not null
);
create index booking_timeline_booking_idx on booking_timeline (booking_id, at, id);
create index booking_timeline_actor_idx on booking_timeline (actor_id);

-- One ledger of a model's time. Whatever occupies her is a row here; two active rows can't overlap.
create table time_blocks (
  id uuid primary key,
  model_id uuid not null references models (id),
  kind text not null check (kind in ('hold', 'booking', 'time_off', 'tour_duty', 'travel')),
  booking_id uuid references bookings (id),
  active boolean not null default true,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  minutes_before integer not null default 0 check (minutes_before between 0 and 1440),
  minutes_after integer not null default 0 check (minutes_after between 0 and 1440),
  block_from timestamptz not null generated always as
    (timezone('UTC', timezone('UTC', starts_at) - make_interval(mins => minutes_before))) stored,
  block_to timestamptz not null generated always as
    (timezone('UTC', timezone('UTC', ends_at) + make_interval(mins => minutes_after))) stored,
  block tstzrange not null generated always as (tstzrange(
    timezone('UTC', timezone('UTC', starts_at) - make_interval(mins => minutes_before)),
    timezone('UTC', timezone('UTC', ends_at) + make_interval(mins => minutes_after)), '[)')) stored,
  expires_at timestamptz,
  reason text,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint time_blocks_end_after_start check (ends_at > starts_at),
  constraint time_blocks_length check (ends_at - starts_at <= interval '14 days'),
  constraint time_blocks_booking_kind check ((booking_id is not null) or kind in ('time_off', 'tour_duty', 'travel', 'hold')),
  constraint time_blocks_no_overlap exclude using gist (model_id with =, block with &&) where (active)
);
create unique index time_blocks_booking_key on time_blocks (booking_id) where active and booking_id is not null;
-- An overlap probe reads [from - 16 days, to): a block is at most 14 days and two of buffers.
create index time_blocks_probe_idx on time_blocks (model_id, block_from) include (block_to, booking_id, kind) where active;
create index time_blocks_booking_idx on time_blocks (booking_id) where booking_id is not null;
create index time_blocks_created_by_idx on time_blocks (created_by);

create table payments (
  id uuid primary key,
  ref text not null default 'P-' || nextval('payment_ref_seq'),
  booking_id uuid not null references bookings (id),
  provider text not null default 'manual' check (provider in ('manual', 'stripe')),
  provider_id text,
  type text not null check (type in ('deposit', 'full', 'refund')),
  method text check (method in ('cash', 'bank_transfer', 'card_terminal', 'other')),
  status text not null check (status in ('pending', 'succeeded', 'failed', 'cancelled')),
  amount bigint not null check (amount between 1 and 100000000),
  currency char(3) not null,
  reference text check (length(reference) <= 200),
  raw jsonb,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index payments_ref_key on payments (ref);
create unique index payments_provider_key on payments (provider, provider_id) where provider_id is not null;
create index payments_booking_idx on payments (booking_id, created_at);
create index payments_created_at_idx on payments (created_at, id);
create index payments_created_by_idx on payments (created_by);

-- A booking that holds time has an active block, and such a block is never dropped under it. Deferred: both are written in one transaction.
create function booking_holds_its_time() returns trigger language plpgsql as $$
declare held uuid; state text;
begin
  if tg_table_name = 'bookings' then held := new.id; else held := old.booking_id; end if;
  if held is null then return null; end if;
  select status into state from bookings where id = held;
  if state in ('deposit_required', 'confirmed', 'in_progress')
     and not exists (select 1 from time_blocks where booking_id = held and active) then
    raise exception 'booking % is % but its time is not in the ledger', held, state
      using errcode = '23514', constraint = 'booking_holds_its_time';
  end if;
  return null;
end $$;
create constraint trigger bookings_hold_time after insert or update of status on bookings
  deferrable initially deferred for each row
  when (new.status in ('deposit_required', 'confirmed', 'in_progress')) execute function booking_holds_its_time();
create constraint trigger time_blocks_kept after update of active or delete on time_blocks
  deferrable initially deferred for each row when (old.active and old.booking_id is not null) execute function booking_holds_its_time();
`)
    .execute(db)
}
