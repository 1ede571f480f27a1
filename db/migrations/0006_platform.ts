import { type Kysely, sql } from 'kysely'

/** What keeps the rest honest: lifecycles, audit, outbox, idempotency, workers. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Filled from the XState machines by migrate; a test compares both.
create table lifecycle_states (
  machine text not null,
  status text not null,
  is_initial boolean not null default false,
  is_final boolean not null default false,
  primary key (machine, status)
);
create table lifecycle_transitions (
  machine text not null,
  from_status text not null,
  to_status text not null,
  event text not null,
  primary key (machine, from_status, to_status)
);

-- The last word on a status: a row starts in an initial state and moves only along a transition of its machine, inside
-- a transaction that says it is the lifecycle's own (set by transact()), so that hand-written SQL can't skip audit and outbox.
create function enforce_lifecycle() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' then
    if not exists (select 1 from lifecycle_states where machine = tg_argv[0] and status = new.status and is_initial) then
      raise exception 'a % can not start as "%"', tg_argv[0], new.status using errcode = 'VR001', constraint = 'enforce_lifecycle';
    end if;
    return new;
  end if;
  if new.status is distinct from old.status then
    if not exists (select 1 from lifecycle_transitions
                   where machine = tg_argv[0] and from_status = old.status and to_status = new.status) then
      raise exception 'a % can not go from "%" to "%"', tg_argv[0], old.status, new.status
        using errcode = 'VR001', constraint = 'enforce_lifecycle';
    end if;
    if coalesce(current_setting('virel.door', true), '') <> 'advance' then
      raise exception 'the status of a % changes only through its lifecycle', tg_argv[0]
        using errcode = 'VR002', constraint = 'enforce_lifecycle', hint = 'Use POST /api/v1/{entity}/{id}/status or the screen.';
    end if;
  end if;
  return new;
end $$;
create trigger inquiries_lifecycle before insert or update of status on inquiries for each row execute function enforce_lifecycle('inquiry');
create trigger bookings_lifecycle before insert or update of status on bookings for each row execute function enforce_lifecycle('booking');
create trigger tasks_lifecycle before insert or update of status on tasks for each row execute function enforce_lifecycle('task');
create trigger exceptions_lifecycle before insert or update of status on exceptions for each row execute function enforce_lifecycle('exception');
create trigger models_lifecycle before insert or update of status on models for each row execute function enforce_lifecycle('model');

create table audit_log (
  id uuid primary key,
  at timestamptz not null,
  actor_kind text not null check (actor_kind in ('user', 'api_key', 'system', 'anonymous')),
  actor_id uuid,
  actor_name text not null,
  via text not null check (via in ('screen', 'trpc', 'rest', 'rule', 'job', 'webhook', 'system')),
  action text not null,
  entity_type text not null,
  entity_id uuid,
  entity_ref text,
  before jsonb,
  after jsonb,
  reason text,
  cause_id uuid,
  request_id text,
  ip text,
  agent text
);
create index audit_log_at_idx on audit_log (at, id);
create index audit_log_entity_idx on audit_log (entity_type, entity_id, at, id);
create index audit_log_actor_idx on audit_log (actor_id, at, id);
create index audit_log_action_idx on audit_log (action, at, id);

create function audit_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'audit rows can not be changed or removed' using errcode = 'VR003', constraint = 'audit_is_append_only';
end $$;
create trigger audit_append_only before update or delete on audit_log for each row execute function audit_is_append_only();
create trigger audit_no_truncate before truncate on audit_log for each statement execute function audit_is_append_only();

-- The outbox. position orders the events of one entity (its row is locked when it is drawn); seq is given by the relay
-- and is what a client resumes from, because positions may commit out of order.
create table domain_events (
  id uuid primary key,
  position bigint not null generated always as identity,
  seq bigint,
  type text not null,
  entity_type text not null,
  entity_id uuid not null,
  entity_ref text,
  payload jsonb not null default '{}',
  timers jsonb,
  assignee_id uuid,
  previous_assignee_id uuid,
  actor_id uuid,
  cause_id uuid,
  depth smallint not null default 0,
  occurred_at timestamptz not null,
  relayed_at timestamptz
);
create unique index domain_events_seq_key on domain_events (seq) where seq is not null;
create index domain_events_unrelayed_idx on domain_events (position) where seq is null;
create index domain_events_entity_idx on domain_events (entity_type, entity_id, position);
create sequence domain_event_seq;

create table consumed_events (
  consumer text not null,
  event_id uuid not null references domain_events (id),
  consumed_at timestamptz not null,
  primary key (consumer, event_id)
);
create index consumed_events_event_idx on consumed_events (event_id);

-- An outside effect (a charge, a mail): unique by the domain fact it follows from, never blindly sent again.
create table effects (
  id uuid primary key,
  kind text not null,
  key text not null,
  state text not null check (state in ('pending', 'sent', 'unknown', 'failed')),
  attempts integer not null default 0,
  payload jsonb not null,
  answer jsonb,
  last_error text,
  created_at timestamptz not null,
  updated_at timestamptz not null,
  unique (kind, key)
);
create index effects_open_idx on effects (state, updated_at) where state in ('pending', 'unknown');

create table idempotency_keys (
  scope text not null,
  key text not null check (length(key) between 1 and 255),
  operation text not null,
  input_hash text not null,
  owner uuid not null,
  state text not null check (state in ('running', 'done')),
  response jsonb,
  created_at timestamptz not null,
  locked_until timestamptz not null,
  primary key (scope, key)
);
create index idempotency_keys_age_idx on idempotency_keys (created_at);

create table worker_processes (
  id uuid primary key,
  kind text not null check (kind in ('critical', 'ops', 'heavy', 'web')),
  pid integer not null,
  host text not null,
  pool_ids text[] not null default '{}',
  started_at timestamptz not null,
  beat_at timestamptz not null,
  stopped_at timestamptz
);
create index worker_processes_beat_idx on worker_processes (beat_at) where stopped_at is null;
`)
    .execute(db)
}
