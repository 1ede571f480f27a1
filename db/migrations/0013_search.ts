import { type Kysely, sql } from 'kysely'

/** Views people keep under a name. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
-- What a screen shows, under a name: its filters as the query of its address. Personal, or shared with everyone who may open that screen.
create table saved_views (
  id uuid primary key,
  screen text not null check (screen ~ '^[a-z]+(-[a-z]+)*$' and length(screen) <= 40),
  name text not null check (length(name) between 1 and 80),
  query text not null check (length(query) <= 2000),
  owner_id uuid not null references users (id) on delete cascade,
  is_shared boolean not null default false,
  version integer not null default 1,
  created_at timestamptz not null,
  updated_at timestamptz not null
);
create unique index saved_views_own_name_key on saved_views (owner_id, screen, lower(name));
create index saved_views_shared_idx on saved_views (screen, lower(name)) where is_shared;
`)
    .execute(db)
}
