import { type Kysely, sql } from 'kysely'

/** The Action Center: what is put aside, claimed and late, counters, undo, and who looks at what. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const one of KINDS) await sql.raw(workOf(one)).execute(db)
  await sql.raw(COUNTERS).execute(db)
  for (const one of KINDS) await sql.raw(countingOf(one)).execute(db)
  await sql.raw(UNDO).execute(db)
  await sql.raw(PRESENCE).execute(db)
}

interface Kind {
  table: string
  noun: string
  rank: string
  unfinished: string
  finished: string
  doneAt: string
}

const KINDS: readonly Kind[] = [
  {
    table: 'tasks',
    noun: 'task',
    rank: 'priority_rank',
    unfinished: "('open', 'in_progress')",
    finished: "('done', 'failed', 'cancelled')",
    doneAt: 'completed_at',
  },
  {
    table: 'exceptions',
    noun: 'exception',
    rank: 'severity_rank',
    unfinished: "('open', 'investigating')",
    finished: "('resolved', 'dismissed')",
    doneAt: 'closed_at',
  },
]

/** No deadline comes after every deadline; as an index spells it. */
const DEADLINE = "coalesce(sla_deadline_at, 'infinity'::timestamptz)"

function workOf({ table, rank, unfinished, finished, doneAt }: Kind): string {
  const waiting = `where status in ${unfinished} and snoozed_at is null`
  return `
alter table ${table}
  add column snoozed_at timestamptz,
  add column snoozed_until timestamptz,
  add column snooze_event text check (snooze_event in ('status', 'note', 'any')),
  add column snoozed_by uuid references users (id),
  add column returned_at timestamptz,
  add column returned_because text check (length(returned_because) <= 300),
  add column claimed_until timestamptz,
  add column sla_warn_at timestamptz,
  add column sla_warned_at timestamptz,
  add column sla_breached_at timestamptz,
  add constraint ${table}_snooze_ends check (snoozed_at is null or snoozed_until is not null or snooze_event is not null),
  add constraint ${table}_snooze_whole check (snoozed_at is not null or (snoozed_until is null and snooze_event is null and snoozed_by is null));

-- Each list of the Action Center walks one of these from its first row: everyone's, one person's or nobody's, one type,
-- one state. What is put aside is in none of them.
drop index ${table}_working_idx;
create index ${table}_working_idx on ${table} (${rank}, ${DEADLINE}, created_at, id) ${waiting};
create index ${table}_desk_idx on ${table} (assignee_id, ${rank}, ${DEADLINE}, created_at, id) ${waiting};
create index ${table}_desk_type_idx on ${table} (type, ${rank}, ${DEADLINE}, created_at, id) ${waiting};
create index ${table}_desk_status_idx on ${table} (status, ${rank}, ${DEADLINE}, created_at, id) ${waiting};
create index ${table}_snoozed_idx on ${table} (${rank}, ${DEADLINE}, created_at, id)
  where status in ${unfinished} and snoozed_at is not null;
create index ${table}_desk_snoozed_idx on ${table} (assignee_id, ${rank}, ${DEADLINE}, created_at, id)
  where status in ${unfinished} and snoozed_at is not null;
create index ${table}_finished_idx on ${table} (status, ${doneAt}, id) where status in ${finished};
create index ${table}_desk_finished_idx on ${table} (assignee_id, status, ${doneAt}, id) where status in ${finished};
-- What the clock does next.
create index ${table}_breach_due_idx on ${table} (sla_deadline_at)
  where status in ${unfinished} and sla_breached_at is null and sla_deadline_at is not null;
create index ${table}_warn_due_idx on ${table} (sla_warn_at)
  where status in ${unfinished} and sla_warned_at is null and sla_warn_at is not null;
create index ${table}_snooze_due_idx on ${table} (snoozed_until) where snoozed_until is not null;
create index ${table}_claim_due_idx on ${table} (claimed_until) where claimed_until is not null;
create index ${table}_snoozed_by_idx on ${table} (snoozed_by) where snoozed_by is not null;
create index ${table}_snoozed_for_idx on ${table} (entity_type, entity_id) where snooze_event is not null;
`
}

const COUNTERS = `
-- How many unfinished items there are, by everything a list shows counts of. Counting 200,000 rows costs 23 ms; reading
-- these costs what the combinations cost. Nobody's are under the zero id. A writer only appends a change, so writers
-- never wait for each other; a job folds the changes into the sums, and a reader adds up both.
create table work_counts (
  kind text not null,
  assignee_id uuid not null,
  type text not null,
  rank smallint not null,
  snoozed boolean not null,
  count integer not null,
  primary key (assignee_id, kind, type, rank, snoozed)
);
create table work_count_changes (
  position bigint not null generated always as identity primary key,
  kind text not null,
  assignee_id uuid not null,
  type text not null,
  rank smallint not null,
  snoozed boolean not null,
  delta integer not null
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
`

/** Per statement, not per row: a bulk insert appends one change for each combination. */
function countingOf({ table, noun, rank, unfinished }: Kind): string {
  const rows = (from: string, n: number) =>
    `select assignee_id, type, ${rank} as rank, snoozed_at is not null as snoozed, ${n} as n from ${from} where status in ${unfinished}`
  const append = (source: string) => `
  insert into work_count_changes (kind, assignee_id, type, rank, snoozed, delta)
  select '${noun}', coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'), type, rank, snoozed, sum(n)
  from (${source}) changed group by assignee_id, type, rank, snoozed having sum(n) <> 0;
  return null;`
  const on = (event: string, tables: string, source: string) => `
create function count_${table}_${event}() returns trigger language plpgsql as $$ begin ${append(source)} end $$;
create trigger ${table}_counted_${event} after ${event} on ${table} referencing ${tables}
  for each statement execute function count_${table}_${event}();`
  return `
insert into work_counts (kind, assignee_id, type, rank, snoozed, count)
select '${noun}', coalesce(assignee_id, '00000000-0000-0000-0000-000000000000'), type, rank, snoozed, sum(n)
from (${rows(table, 1)}) now group by assignee_id, type, rank, snoozed;
${on('insert', 'new table as made', rows('made', 1))}
${on('delete', 'old table as gone', rows('gone', -1))}
${on('update', 'old table as gone new table as made', `${rows('gone', -1)} union all ${rows('made', 1)}`)}`
}

const UNDO = `
-- What a person did and how it is taken back, for some minutes. One entry may hold many items (a bulk action).
create table undo_entries (
  id uuid primary key,
  -- A user, or an API key.
  actor_id uuid not null,
  -- What was done, in words: Done, Put aside.
  label text not null check (length(label) between 1 and 100),
  -- Of a bulk action: the key its chunks share.
  bulk_key uuid,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  undone_at timestamptz
);
create unique index undo_entries_bulk_key on undo_entries (actor_id, bulk_key) where bulk_key is not null;
create index undo_entries_actor_idx on undo_entries (actor_id, created_at);
create index undo_entries_expires_idx on undo_entries (expires_at);
create table undo_steps (
  undo_id uuid not null references undo_entries (id) on delete cascade,
  kind text not null check (kind in ('task', 'exception')),
  item_id uuid not null,
  item_ref text not null,
  -- The item as this step left it; another version now means someone moved on.
  version integer not null,
  -- Columns as they were before; a note that was added.
  inverse jsonb not null,
  undone_at timestamptz,
  primary key (undo_id, kind, item_id)
);
alter table notes add column deleted_at timestamptz;
create index domain_events_cause_idx on domain_events (cause_id) where cause_id is not null;

-- A step back is a transition of its own kind: taken only by an undo, never by a step.
alter table lifecycle_transitions add column kind text not null default 'step' check (kind in ('step', 'undo'));
alter table lifecycle_transitions drop constraint lifecycle_transitions_pkey;
alter table lifecycle_transitions add primary key (machine, from_status, to_status, kind);

create or replace function enforce_lifecycle() returns trigger language plpgsql as $$
declare
  door text := coalesce(current_setting('virel.door', true), '');
begin
  if tg_op = 'INSERT' then
    if not exists (select 1 from lifecycle_states where machine = tg_argv[0] and status = new.status and is_initial) then
      raise exception 'a % can not start as "%"', tg_argv[0], new.status using errcode = 'VR001', constraint = 'enforce_lifecycle';
    end if;
    return new;
  end if;
  if new.status is distinct from old.status then
    if not exists (select 1 from lifecycle_transitions
                   where machine = tg_argv[0] and from_status = old.status and to_status = new.status
                     and kind = case door when 'undo' then 'undo' else 'step' end) then
      raise exception 'a % can not go from "%" to "%"', tg_argv[0], old.status, new.status
        using errcode = 'VR001', constraint = 'enforce_lifecycle';
    end if;
    if door not in ('advance', 'undo') then
      raise exception 'the status of a % changes only through its lifecycle', tg_argv[0]
        using errcode = 'VR002', constraint = 'enforce_lifecycle', hint = 'Use POST /api/v1/{entity}/{id}/status or the screen.';
    end if;
  end if;
  return new;
end $$;
`

const PRESENCE = `
-- Who looks at or edits an item right now. Nobody misses it after a crash, so it is not logged.
create unlogged table presence (
  kind text not null check (kind in ('task', 'exception')),
  item_id uuid not null,
  user_id uuid not null references users (id) on delete cascade,
  mode text not null check (mode in ('viewing', 'editing')),
  seen_at timestamptz not null,
  primary key (kind, item_id, user_id)
);
create index presence_user_idx on presence (user_id);
create index presence_seen_idx on presence (seen_at);
`
