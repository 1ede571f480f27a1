import { type Kysely, sql } from 'kysely'

/** What waits for a person: tasks, exceptions, and how long they may wait. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create sequence task_ref_seq start 1;
create sequence exception_ref_seq start 1;

create table tasks (
  id uuid primary key,
  ref text not null default 'T-' || nextval('task_ref_seq'),
  type text not null check (type ~ '^[a-z][a-z0-9_]*$'),
  subject text not null check (length(subject) between 1 and 300),
  details text not null default '' check (length(details) <= 10000),
  entity_type text check (entity_type in ('inquiry', 'booking', 'client', 'model', 'payment', 'exception')),
  entity_id uuid,
  entity_ref text,
  client_id uuid references clients (id),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'critical')),
  priority_rank smallint not null generated always as
    (case priority when 'critical' then 0 when 'high' then 1 when 'normal' then 2 else 3 end) stored,
  status text not null check (status in ('open', 'in_progress', 'done', 'failed', 'cancelled')),
  status_reason text check (length(status_reason) <= 1000),
  assignee_id uuid references users (id),
  due_at timestamptz,
  sla_deadline_at timestamptz,
  completed_at timestamptz,
  dedupe_key text,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  check ((entity_type is null) = (entity_id is null))
);
create unique index tasks_ref_key on tasks (ref);
create unique index tasks_dedupe_key on tasks (dedupe_key) where dedupe_key is not null and status in ('open', 'in_progress');
create index tasks_working_idx on tasks (priority_rank, sla_deadline_at, created_at, id) where status in ('open', 'in_progress');
create index tasks_created_at_idx on tasks (created_at, id);
create index tasks_status_idx on tasks (status, created_at, id);
create index tasks_assignee_idx on tasks (assignee_id, created_at, id);
create index tasks_entity_idx on tasks (entity_type, entity_id);
create index tasks_client_idx on tasks (client_id);
create index tasks_created_by_idx on tasks (created_by);

create table exceptions (
  id uuid primary key,
  ref text not null default 'X-' || nextval('exception_ref_seq'),
  type text not null check (type in
    ('payment_failed', 'no_show_risk', 'overbooking', 'mismatch', 'policy_violation', 'hold_expired', 'job_failed', 'other')),
  severity text not null check (severity in ('low', 'medium', 'high', 'critical')),
  severity_rank smallint not null generated always as
    (case severity when 'critical' then 0 when 'high' then 1 when 'medium' then 2 else 3 end) stored,
  status text not null check (status in ('open', 'investigating', 'resolved', 'dismissed')),
  entity_type text check (entity_type in ('inquiry', 'booking', 'client', 'model', 'payment', 'task', 'job')),
  entity_id uuid,
  entity_ref text,
  client_id uuid references clients (id),
  summary text not null check (length(summary) between 1 and 300),
  details jsonb not null default '{}',
  resolution text check (length(resolution) <= 2000),
  assignee_id uuid references users (id),
  sla_deadline_at timestamptz,
  closed_at timestamptz,
  occurrences integer not null default 1 check (occurrences > 0),
  dedupe_key text,
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index exceptions_ref_key on exceptions (ref);
create unique index exceptions_dedupe_key on exceptions (dedupe_key) where dedupe_key is not null and status in ('open', 'investigating');
create index exceptions_working_idx on exceptions (severity_rank, sla_deadline_at, created_at, id) where status in ('open', 'investigating');
create index exceptions_created_at_idx on exceptions (created_at, id);
create index exceptions_status_idx on exceptions (status, created_at, id);
create index exceptions_assignee_idx on exceptions (assignee_id, created_at, id);
create index exceptions_entity_idx on exceptions (entity_type, entity_id);
create index exceptions_client_idx on exceptions (client_id);
create index exceptions_created_by_idx on exceptions (created_by);

create table sla_policies (
  subject text not null check (subject in ('task', 'exception')),
  type text not null,
  priority text not null check (priority in ('low', 'normal', 'medium', 'high', 'critical')),
  minutes integer not null check (minutes between 1 and 43200),
  primary key (subject, type, priority)
);
`)
    .execute(db)
}
