import { type Kysely, sql } from 'kysely'

/** What lists over a million rows need besides: found by EXPLAIN on the large database, each named by the list that walked it. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- Bookings of a model, newest first.
create index bookings_model_created_idx on bookings (model_id, created_at, id);
-- Tasks and exceptions of one kind; the open ones in their order; by what they are about; by words.
create index tasks_type_idx on tasks (type, created_at, id);
create index tasks_open_created_idx on tasks (created_at, id) where status in ('open', 'in_progress');
create index tasks_entity_ref_idx on tasks (entity_ref) where entity_ref is not null;
create index tasks_subject_trgm_idx on tasks using gin (lower(subject) gin_trgm_ops);
create index exceptions_type_idx on exceptions (type, created_at, id);
create index exceptions_open_created_idx on exceptions (created_at, id) where status in ('open', 'investigating');
create index exceptions_entity_ref_idx on exceptions (entity_ref) where entity_ref is not null;
create index exceptions_summary_trgm_idx on exceptions using gin (lower(summary) gin_trgm_ops);
`)
    .execute(db)
}
