import { type Kysely, sql } from 'kysely'

/** Money that moves by itself: payments with a lifecycle, what the provider told us, and what was asked of it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(PAYMENTS).execute(db)
  await sql.raw(INBOX).execute(db)
  await sql.raw(EFFECTS).execute(db)
  await sql.raw(RECONCILIATION).execute(db)
  await sql.raw(EXCEPTIONS).execute(db)
}

const PAYMENTS = `
alter table payments
  -- What is paid for; null where a person wrote the payment down and said it by its type.
  add column purpose text check (purpose in ('deposit', 'balance', 'difference')),
  add column provider_mode text check (provider_mode in ('live', 'test', 'simulator')),
  add column charge_id text,
  add column refund_of uuid references payments (id),
  add column refund_kind text check (refund_kind in ('policy', 'full', 'waived', 'late', 'dispute', 'provider')),
  add column reason text check (length(reason) <= 500),
  add column refunded_amount bigint not null default 0 check (refunded_amount >= 0),
  add column expires_at timestamptz,
  -- The link of the public page: found by its hash, shown again by who may.
  add column token_hash text,
  add column sealed_token text,
  add column sealed_client_secret text,
  add column failure_code text check (length(failure_code) <= 100),
  add column failure_text text check (length(failure_text) <= 500),
  add column dispute_due_at timestamptz,
  add column settled_at timestamptz,
  -- What the provider has said so far, folded; no personal data.
  add column provider_facts jsonb not null default '{}',
  drop constraint payments_status_check,
  add constraint payments_status_check check (status in
    ('pending', 'requires_action', 'succeeded', 'failed', 'cancelled', 'partly_refunded', 'refunded', 'disputed')),
  add constraint payments_refund_of_refund check (refund_of is null or type = 'refund'),
  add constraint payments_link_of_stripe check (token_hash is null or provider = 'stripe'),
  add constraint payments_refunds_within check (refunded_amount <= amount);
create unique index payments_token_key on payments (token_hash) where token_hash is not null;
create unique index payments_charge_key on payments (charge_id) where charge_id is not null;
-- A second tab, a double click, two operators: one payment asked for at a time.
create unique index payments_one_open_key on payments (booking_id, purpose)
  where purpose is not null and status in ('pending', 'requires_action', 'failed');
create index payments_refund_of_idx on payments (refund_of) where refund_of is not null;
create index payments_status_idx on payments (status, created_at, id);
create trigger payments_lifecycle before insert or update of status on payments for each row execute function enforce_lifecycle('payment');
`

const INBOX = `
-- Webhooks as they came in, without what they say of people: an event is stored once, however often it is delivered.
create table provider_events (
  id uuid primary key,
  provider text not null check (provider in ('stripe')),
  event_id text not null check (length(event_id) between 1 and 255),
  type text not null check (length(type) between 1 and 100),
  object_id text,
  -- The payment intent it is about: all events of one are folded together.
  intent_id text,
  account text,
  livemode boolean not null,
  payload jsonb not null,
  deliveries integer not null default 1,
  state text not null check (state in ('waiting', 'done', 'ignored', 'unmatched')),
  outcome text,
  payment_id uuid references payments (id),
  created_at timestamptz not null,
  received_at timestamptz not null,
  processed_at timestamptz
);
create unique index provider_events_key on provider_events (provider, event_id);
create index provider_events_waiting_idx on provider_events (received_at) where state = 'waiting';
create index provider_events_intent_idx on provider_events (intent_id, created_at) where intent_id is not null;
create index provider_events_payment_idx on provider_events (payment_id) where payment_id is not null;
create index provider_events_received_idx on provider_events (received_at, id);

-- How a provider answers, as the processes that call it see it.
create table provider_health (
  provider text primary key,
  state text not null check (state in ('closed', 'open', 'half_open')),
  since_at timestamptz not null,
  last_ok_at timestamptz,
  last_failure_at timestamptz,
  last_error text,
  failures integer not null default 0
);
`

const EFFECTS = `
alter table effects
  add column payment_id uuid references payments (id),
  -- When it may be looked at again; a try under way has it in the future.
  add column run_at timestamptz not null default now(),
  add column tried_at timestamptz,
  -- Since when nobody knows whether it happened.
  add column unknown_at timestamptz;
create index effects_payment_idx on effects (payment_id) where payment_id is not null;
create index effects_due_idx on effects (run_at) where state in ('pending', 'unknown');
`

const RECONCILIATION = `
create table reconciliation_runs (
  id uuid primary key,
  provider text not null,
  from_at timestamptz not null,
  to_at timestamptz not null,
  state text not null check (state in ('running', 'done', 'failed')),
  asked_by uuid references users (id),
  compared integer not null default 0,
  difference_count integer not null default 0,
  error text,
  created_at timestamptz not null,
  finished_at timestamptz
);
create index reconciliation_runs_created_idx on reconciliation_runs (created_at, id);
create index reconciliation_runs_asked_by_idx on reconciliation_runs (asked_by) where asked_by is not null;

create table provider_differences (
  id uuid primary key,
  run_id uuid not null references reconciliation_runs (id),
  last_run_id uuid not null references reconciliation_runs (id),
  -- The same difference found again is the same row.
  key text not null,
  kind text not null check (kind in ('missing_here', 'missing_there', 'status', 'amount', 'refunds', 'currency')),
  payment_id uuid references payments (id),
  object_id text,
  ours jsonb not null,
  theirs jsonb not null,
  state text not null check (state in ('open', 'resolved')),
  exception_id uuid references exceptions (id),
  resolution text,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  resolved_at timestamptz
);
create unique index provider_differences_key on provider_differences (key) where state = 'open';
create index provider_differences_run_idx on provider_differences (run_id);
create index provider_differences_last_run_idx on provider_differences (last_run_id);
create index provider_differences_payment_idx on provider_differences (payment_id) where payment_id is not null;
create index provider_differences_exception_idx on provider_differences (exception_id) where exception_id is not null;
create index provider_differences_created_idx on provider_differences (state, created_at, id);
`

/** Two kinds more, whatever others have added meanwhile. */
const EXCEPTIONS = `
do $$
declare definition text;
begin
  select pg_get_constraintdef(oid) into definition from pg_constraint where conname = 'exceptions_type_check';
  execute 'alter table exceptions drop constraint exceptions_type_check';
  execute 'alter table exceptions add constraint exceptions_type_check '
    || replace(definition, 'ARRAY[', 'ARRAY[''payment_dispute''::text, ''payment_difference''::text, ');
end $$;
`
