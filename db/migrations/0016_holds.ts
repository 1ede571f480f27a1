import { type Kysely, sql } from 'kysely'

/** Time held for a client before there is a booking, and where each block of the ledger takes place. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Its block in time_blocks has the same id. A hold is never deleted; status says how it ended.
create table time_holds (
  id uuid primary key,
  client_id uuid not null references clients (id),
  model_id uuid not null references models (id),
  location_id uuid not null references locations (id),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  call_type text not null default 'incall' check (call_type in ('incall', 'outcall')),
  status text not null default 'held' check (status in ('held', 'booked', 'released', 'expired')),
  expires_at timestamptz not null,
  -- It can be extended up to here.
  latest_at timestamptz not null,
  -- The draft it was placed for or turned into.
  booking_id uuid references bookings (id),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint time_holds_end_after_start check (ends_at > starts_at),
  constraint time_holds_within_cap check (expires_at <= latest_at)
);
create unique index time_holds_one_per_client_and_model on time_holds (client_id, model_id) where status = 'held';
create unique index time_holds_booking_key on time_holds (booking_id) where status = 'held' and booking_id is not null;
create index time_holds_due_idx on time_holds (expires_at, id) where status = 'held';
create index time_holds_client_idx on time_holds (client_id);
create index time_holds_model_idx on time_holds (model_id, starts_at);
create index time_holds_location_idx on time_holds (location_id);
create index time_holds_booking_idx on time_holds (booking_id) where booking_id is not null;
create index time_holds_created_by_idx on time_holds (created_by, created_at, id);

create trigger time_holds_refuse_erased before insert or update of client_id on time_holds
  for each row execute function refuse_erased_client();

alter table time_blocks
  -- The way from the block before and to the block after, as it was when the time was taken. It is part of the margins.
  add column travel_before integer not null default 0 check (travel_before between 0 and 1440),
  add column travel_after integer not null default 0 check (travel_after between 0 and 1440);
-- Time off, soonest first.
create index time_blocks_time_off_idx on time_blocks (starts_at, id) where active and kind = 'time_off';
`)
    .execute(db)
}
