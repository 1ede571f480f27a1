import { type Kysely, sql } from 'kysely'

/** Proof of what was done: the audit log in a chain of seals, and the one way its personal data can leave it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- txid tells the sealer which rows can no longer gain an earlier neighbour; position is a row's place among all others.
-- The salt keeps a sealed digest from being guessed back into a phone number once the row's contents are erased.
alter table audit_log
  add column position bigint not null generated always as identity,
  add column txid xid8 not null default pg_current_xact_id(),
  add column salt uuid default gen_random_uuid(),
  add column redacted_by uuid;
create index audit_log_seal_idx on audit_log (txid, position);
create index audit_log_redacted_by_idx on audit_log (redacted_by) where redacted_by is not null;
create index audit_log_request_idx on audit_log (request_id, at, id) where request_id is not null;
create index audit_log_cause_idx on audit_log (cause_id, at, id) where cause_id is not null;
create index audit_log_type_idx on audit_log (entity_type, at, id);
create index audit_log_via_idx on audit_log (via, at, id);

-- One batch of rows in the order they were sealed. head covers the head before it, so the last one covers everything.
create table audit_seals (
  day date not null,
  number integer not null check (number > 0),
  at timestamptz not null,
  row_ids uuid[] not null,
  positions bigint[] not null,
  -- 32 bytes for each row, one after the other.
  digests bytea not null,
  payloads bytea not null,
  previous bytea not null check (length(previous) = 32),
  head bytea not null check (length(head) = 32),
  -- Rows up to here are sealed; those at or below floor were so before the database came to this server.
  cursor_txid xid8 not null,
  cursor_position bigint not null,
  floor_position bigint not null,
  server text not null,
  primary key (day, number),
  check (cardinality(row_ids) = cardinality(positions)),
  check (length(digests) = 32 * cardinality(row_ids) and length(payloads) = length(digests))
);
-- Random bytes: trying to compress them costs time and gains nothing.
alter table audit_seals alter column digests set storage external, alter column payloads set storage external;
create trigger audit_seals_append_only before update or delete on audit_seals for each row execute function audit_is_append_only();
create trigger audit_seals_no_truncate before truncate on audit_seals for each statement execute function audit_is_append_only();

-- The one change an audit row can see: an erasure takes its contents away and signs for it. What an erasure says of
-- itself stays.
create function audit_only_redacted() returns trigger language plpgsql as $$
begin
  if coalesce(current_setting('virel.door', true), '') = 'erase'
     and old.redacted_by is null and new.redacted_by is not null and new.redacted_by <> new.id
     and old.action not like '%.erased'
     and num_nonnulls(new.before, new.after, new.reason, new.ip, new.agent, new.salt) = 0
     and (new.id, new.at, new.actor_kind, new.actor_id, new.actor_name, new.via, new.action, new.entity_type, new.entity_id,
          new.entity_ref, new.cause_id, new.request_id, new.position, new.txid)
       is not distinct from
         (old.id, old.at, old.actor_kind, old.actor_id, old.actor_name, old.via, old.action, old.entity_type, old.entity_id,
          old.entity_ref, old.cause_id, old.request_id, old.position, old.txid) then
    return new;
  end if;
  raise exception 'audit rows can not be changed or removed' using errcode = 'VR003', constraint = 'audit_is_append_only';
end $$;
drop trigger audit_append_only on audit_log;
create trigger audit_append_only before update on audit_log for each row execute function audit_only_redacted();
create trigger audit_no_delete before delete on audit_log for each row execute function audit_is_append_only();
`)
    .execute(db)
}
