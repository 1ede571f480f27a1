import { type Kysely, sql } from 'kysely'

/** The books: accounts, transactions that sum to zero, months that can be closed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const part of [LEDGER, POLICIES, PAYOUTS, REFUNDS, REFUND_KINDS]) await sql.raw(part).execute(db)
}

const LEDGER = `
-- Amounts are debits (positive) and credits (negative), minor units.
create table ledger_accounts (
  code text primary key,
  name text not null,
  kind text not null check (kind in ('asset', 'liability', 'income', 'expense')),
  explanation text not null,
  sort_order smallint not null
);
insert into ledger_accounts (code, name, kind, explanation, sort_order) values
  ('cash', 'Cash and bank', 'asset', 'What was taken by hand: cash, transfers, the terminal; payouts leave from here', 1),
  ('provider_clearing', 'Payment provider', 'asset', 'What the payment provider holds for the agency', 2),
  ('disputes', 'Disputes', 'asset', 'What the provider withholds while a payment is disputed', 3),
  ('client_deposits', 'Clients’ money held', 'liability', 'Received for bookings that have not taken place; not the agency’s yet', 4),
  ('model_payable', 'Owed to models', 'liability', 'Models’ shares that were earned and not yet paid out', 5),
  ('revenue', 'Revenue', 'income', 'Earned by bookings that took place, and what is kept of cancelled ones', 6),
  ('refunds', 'Refunds after the event', 'income', 'Given back of what had been earned already; takes revenue down', 7),
  ('model_costs', 'Models’ shares', 'expense', 'What models earned', 8),
  ('fees', 'Provider fees', 'expense', 'What the provider keeps of payments', 9),
  ('dispute_losses', 'Lost disputes', 'expense', 'Disputed money that did not come back', 10);

create sequence ledger_ref_seq start 1001;
create table ledger_transactions (
  id uuid primary key,
  ref text not null default 'L-' || nextval('ledger_ref_seq'),
  -- The fact of the business it follows from; written once however often it is told.
  key text not null,
  kind text not null check (kind in ('payment', 'refund', 'fee', 'dispute', 'earned', 'payout', 'adjustment')),
  currency char(3) not null,
  booking_id uuid references bookings (id),
  payment_id uuid references payments (id),
  model_id uuid references models (id),
  memo text not null default '' check (length(memo) <= 500),
  -- First day of its month in the agency's zone.
  month date not null check (extract(day from month) = 1),
  posted_at timestamptz not null,
  created_by uuid references users (id)
);
create unique index ledger_transactions_key on ledger_transactions (key);
create unique index ledger_transactions_ref_key on ledger_transactions (ref);
create index ledger_transactions_posted_idx on ledger_transactions (posted_at, id);
create index ledger_transactions_kind_idx on ledger_transactions (kind, posted_at, id);
create index ledger_transactions_month_idx on ledger_transactions (month, currency);
create index ledger_transactions_booking_idx on ledger_transactions (booking_id) where booking_id is not null;
create index ledger_transactions_payment_idx on ledger_transactions (payment_id) where payment_id is not null;
create index ledger_transactions_model_idx on ledger_transactions (model_id, posted_at, id) where model_id is not null;
create index ledger_transactions_created_by_idx on ledger_transactions (created_by) where created_by is not null;

create table ledger_entries (
  transaction_id uuid not null references ledger_transactions (id),
  line smallint not null,
  account text not null references ledger_accounts (code),
  amount bigint not null check (amount <> 0 and amount between -1000000000000 and 1000000000000),
  month date not null,
  currency char(3) not null,
  primary key (transaction_id, line)
);
-- Sums of an account over months are read from the index alone.
create index ledger_entries_account_idx on ledger_entries (account, month, currency) include (amount);

create table finance_months (
  month date primary key check (extract(day from month) = 1),
  closed_at timestamptz not null,
  closed_by uuid references users (id),
  -- Balances of every account at its end, as they were when it was closed.
  balances jsonb not null
);
create index finance_months_closed_by_idx on finance_months (closed_by) where closed_by is not null;

-- Looked at when the transaction commits: each one balances, and has two sides.
create function ledger_balances() returns trigger language plpgsql as $$
declare held uuid; total numeric; lines integer; mixed boolean;
begin
  if tg_table_name = 'ledger_transactions' then held := new.id; else held := new.transaction_id; end if;
  select coalesce(sum(e.amount), 0), count(*), coalesce(bool_or(e.currency <> t.currency or e.month <> t.month), false)
    into total, lines, mixed from ledger_transactions t left join ledger_entries e on e.transaction_id = t.id where t.id = held;
  if total <> 0 or lines < 2 or mixed then
    raise exception 'ledger transaction % does not balance: % in % entries', held, total, lines
      using errcode = 'VR005', constraint = 'ledger_balances';
  end if;
  return null;
end $$;
create constraint trigger ledger_transactions_balance after insert on ledger_transactions
  deferrable initially deferred for each row execute function ledger_balances();
create constraint trigger ledger_entries_balance after insert on ledger_entries
  deferrable initially deferred for each row execute function ledger_balances();

-- What is in the books stays: a mistake is mended by a transaction of its own. Only words may be taken out of a memo.
create function ledger_is_append_only() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and tg_table_name = 'ledger_transactions'
     and (to_jsonb(new) - 'memo') = (to_jsonb(old) - 'memo') then return new; end if;
  raise exception 'what is in the ledger can not be changed or removed' using errcode = 'VR006', constraint = 'ledger_is_append_only';
end $$;
create trigger ledger_transactions_append_only before update or delete on ledger_transactions
  for each row execute function ledger_is_append_only();
create trigger ledger_entries_append_only before update or delete on ledger_entries
  for each row execute function ledger_is_append_only();
create trigger ledger_transactions_no_truncate before truncate on ledger_transactions
  for each statement execute function ledger_is_append_only();
create trigger ledger_entries_no_truncate before truncate on ledger_entries
  for each statement execute function ledger_is_append_only();

-- A closed month takes nothing more; closing takes the other side of this lock, so none slips in beside it.
create function ledger_month_is_open() returns trigger language plpgsql as $$
begin
  perform pg_advisory_xact_lock_shared(8473019, (extract(year from new.month) * 12 + extract(month from new.month))::int);
  if exists (select 1 from finance_months where month = new.month) then
    raise exception 'the month % is closed', to_char(new.month, 'YYYY-MM') using errcode = 'VR007', constraint = 'ledger_month_is_open';
  end if;
  return new;
end $$;
create trigger ledger_transactions_month before insert on ledger_transactions
  for each row execute function ledger_month_is_open();
`

const POLICIES = `
-- What cancelling gives back, as data. A version is never changed: bookings point at the one they were made under.
create table refund_policies (
  id uuid primary key default gen_random_uuid(),
  version integer not null unique check (version between 1 and 100000),
  name text not null check (length(name) between 1 and 120),
  note text not null default '' check (length(note) <= 1000),
  -- [{ hoursBefore, basisPoints }], the earliest first; later than the last tier nothing is given back.
  tiers jsonb not null,
  agency_basis_points integer not null check (agency_basis_points between 0 and 10000),
  force_majeure_basis_points integer not null check (force_majeure_basis_points between 0 and 10000),
  created_by uuid references users (id),
  created_at timestamptz not null
);
create index refund_policies_created_by_idx on refund_policies (created_by) where created_by is not null;
insert into refund_policies (version, name, tiers, agency_basis_points, force_majeure_basis_points, created_at) values
  (1, 'Standard', '[{"hoursBefore":72,"basisPoints":9000},{"hoursBefore":48,"basisPoints":7500},{"hoursBefore":24,"basisPoints":5000}]',
   10000, 10000, '2020-01-01T00:00:00Z');

create function refund_policy_stays() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and (to_jsonb(new) - 'note' - 'name') = (to_jsonb(old) - 'note' - 'name') then return new; end if;
  raise exception 'a version of the refund policy can not be changed or removed' using errcode = 'VR006', constraint = 'refund_policy_stays';
end $$;
create trigger refund_policies_stay before update or delete on refund_policies for each row execute function refund_policy_stays();
create trigger refund_policies_no_truncate before truncate on refund_policies for each statement execute function refund_policy_stays();

-- The version a booking was made under. No foreign key: versions are never removed, and each new booking would lock the newest.
alter table bookings add column refund_policy_version integer not null default 1;

-- Discounts and surcharges that apply by themselves when a booking is quoted.
create table price_adjustments (
  id uuid primary key,
  kind text not null check (kind in ('discount', 'surcharge')),
  label text not null check (length(label) between 1 and 80),
  basis_points integer check (basis_points between 1 and 10000),
  fixed_amount bigint check (fixed_amount between 1 and 100000000),
  -- Conditions; one left empty does not matter. Times are wall time at the place, minutes since midnight.
  client_tag text check (length(client_tag) between 1 and 40),
  call_type text check (call_type in ('incall', 'outcall')),
  weekdays smallint[],
  from_minute smallint check (from_minute between 0 and 1439),
  to_minute smallint check (to_minute between 0 and 1439),
  minimum_minutes integer check (minimum_minutes between 15 and 20160),
  is_active boolean not null default true,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  constraint price_adjustments_one_measure check ((basis_points is null) <> (fixed_amount is null)),
  constraint price_adjustments_hours_whole check ((from_minute is null) = (to_minute is null))
);
create index price_adjustments_created_by_idx on price_adjustments (created_by) where created_by is not null;
create index price_adjustments_created_at_idx on price_adjustments (created_at, id);
`

const PAYOUTS = `
-- What a model gets of what her bookings earn; models without a row get the agency's usual share (settings).
create table payout_shares (
  model_id uuid primary key references models (id),
  basis_points integer not null check (basis_points between 0 and 10000),
  version integer not null default 1,
  updated_by uuid references users (id),
  updated_at timestamptz not null
);
create index payout_shares_updated_by_idx on payout_shares (updated_by) where updated_by is not null;

-- How an earned transaction came to its model's share, as it was then.
alter table ledger_transactions add column share_basis_points integer check (share_basis_points between 0 and 10000);

create sequence payout_ref_seq start 101;
create table payouts (
  id uuid primary key,
  ref text not null default 'PO-' || nextval('payout_ref_seq'),
  model_id uuid not null references models (id),
  month date not null check (extract(day from month) = 1),
  currency char(3) not null,
  amount bigint not null check (amount between 1 and 1000000000000),
  method text check (method in ('cash', 'bank_transfer', 'other')),
  reference text check (length(reference) <= 200),
  created_by uuid references users (id),
  created_at timestamptz not null,
  paid_by uuid references users (id),
  paid_at timestamptz,
  withdrawn_by uuid references users (id),
  withdrawn_at timestamptz,
  withdrawn_reason text check (length(withdrawn_reason) <= 500),
  constraint payouts_one_end check (paid_at is null or withdrawn_at is null)
);
create unique index payouts_ref_key on payouts (ref);
create index payouts_model_idx on payouts (model_id, created_at, id);
create index payouts_created_at_idx on payouts (created_at, id);
create index payouts_open_idx on payouts (created_at, id) where paid_at is null and withdrawn_at is null;
create index payouts_created_by_idx on payouts (created_by) where created_by is not null;
create index payouts_paid_by_idx on payouts (paid_by) where paid_by is not null;
create index payouts_withdrawn_by_idx on payouts (withdrawn_by) where withdrawn_by is not null;

-- What was earned is paid out at most once.
create table payout_lines (
  transaction_id uuid primary key references ledger_transactions (id),
  payout_id uuid not null references payouts (id)
);
create index payout_lines_payout_idx on payout_lines (payout_id);

alter table export_files drop constraint export_files_kind_check;
alter table export_files add constraint export_files_kind_check check (kind in
  ('bookings', 'clients', 'inquiries', 'payments', 'ledger', 'payouts', 'statement'));
`

const REFUNDS = `
-- A refund somebody decided on beyond what one person may: it waits for a second one.
create sequence refund_request_ref_seq start 101;
create table refund_requests (
  id uuid primary key,
  ref text not null default 'R-' || nextval('refund_request_ref_seq'),
  booking_id uuid not null references bookings (id),
  payment_id uuid not null references payments (id),
  kind text not null check (kind in ('full', 'partial')),
  amount bigint not null check (amount between 1 and 100000000),
  currency char(3) not null,
  -- What the policy would have given back of this payment.
  policy_amount bigint not null,
  reason text not null check (length(reason) between 3 and 500),
  requested_by uuid not null references users (id),
  requested_at timestamptz not null,
  outcome text check (outcome in ('approved', 'refused')),
  decided_by uuid references users (id),
  decided_at timestamptz,
  decision_note text check (length(decision_note) <= 500),
  constraint refund_requests_decided_whole check ((outcome is null) = (decided_at is null)),
  -- Two people, whatever the code thinks.
  constraint refund_requests_two_people check (decided_by is null or decided_by <> requested_by or outcome = 'refused')
);
create unique index refund_requests_ref_key on refund_requests (ref);
create unique index refund_requests_one_open_key on refund_requests (payment_id) where outcome is null;
create index refund_requests_payment_idx on refund_requests (payment_id);
create index refund_requests_booking_idx on refund_requests (booking_id);
create index refund_requests_waiting_idx on refund_requests (requested_at, id) where outcome is null;
create index refund_requests_requested_idx on refund_requests (requested_at, id);
create index refund_requests_requested_by_idx on refund_requests (requested_by);
create index refund_requests_decided_by_idx on refund_requests (decided_by) where decided_by is not null;
`

const REFUND_KINDS = `
-- A part that somebody decided on, beside what the policy and the others say.
alter table payments drop constraint payments_refund_kind_check;
alter table payments add constraint payments_refund_kind_check check
  (refund_kind in ('policy', 'full', 'partial', 'waived', 'late', 'dispute', 'provider'));
`
