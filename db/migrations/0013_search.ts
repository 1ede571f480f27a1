import { type Kysely, sql } from 'kysely'

/** Views people keep under a name, and the index that one search box asks. */
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
  await sql.raw(WORDS).execute(db)
  for (const kind of KINDS) await sql.raw(indexOf(kind)).execute(db)
  await sql.raw(FAN_OUT).execute(db)
}

/**
 * Words are kept with a letter for who may find by them: o open, n names of clients, t free text people wrote, r what a
 * payer wrote; of clients also e parts of their email, d their number from its start and z from its end. A search asks
 * only for the letters its person may read, so what is masked can't be guessed by searching.
 */
const WORDS = String.raw`
-- Lower case, without accents, words of letters and digits with one space between; a word is cut at 40 characters.
create function search_fold(given text) returns text language sql immutable parallel safe as $$
  select btrim(regexp_replace(regexp_replace(
    case when given ~ '[^\x01-\x7f]' then regexp_replace(lower(normalize(given, NFKD)), '[\u0300-\u036f]', '', 'g') else lower(given) end,
    '[\x01-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f\u0080-\u00bf\u2000-\u206f]+', ' ', 'g'), '([^ ]{40})[^ ]+', '\1', 'g'))
$$;

create function search_lexemes(letter text, given text) returns text[] language sql immutable parallel safe as $$
  select case when f = '' then '{}'::text[] else string_to_array(letter || replace(f, ' ', ' ' || letter), ' ') end
  from (select coalesce(search_fold(left(given, 2000)), '') as f) folded
$$;

create function search_words(open text, names text, free text, reference text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(search_lexemes('o', open) || search_lexemes('n', names) || search_lexemes('t', free) || search_lexemes('r', reference))
$$;

-- E.164: as a whole, without the country code at home, and backwards, so that its last digits are a beginning too.
create function search_contact(email text, phone text) returns tsvector language sql immutable parallel safe as $$
  select array_to_tsvector(search_lexemes('e', email) || case when phone is null then '{}'::text[] else
    array['d' || substr(phone, 2), 'z' || reverse(substr(phone, 2))] || case when phone like '+44%' then array['d' || substr(phone, 4)] else '{}'::text[] end end)
$$;

-- What a mistyped word may have meant. Not unique: nobody waits for another's new word; the sweep takes out doubles.
create table search_terms (
  letter text not null check (letter in ('o', 'n', 't', 'r')),
  term text collate "C" not null check (length(term) between 3 and 40)
);
create index search_terms_term_idx on search_terms (term, letter);
create index search_terms_trgm_idx on search_terms using gist (term gist_trgm_ops (siglen = 32));

create function search_learn(words tsvector) returns void language sql as $$
  insert into search_terms (letter, term)
  select left(w, 1), substr(w, 2) from unnest(tsvector_to_array(words)) w
  where w ~ '^[ontr][^0-9]{3,24}$' and not exists (select 1 from search_terms k where k.term = substr(w, 2) and k.letter = left(w, 1))
$$;

create function search_learn_all(index text) returns void language plpgsql as $$
begin
  execute format('insert into search_terms (letter, term)
    select left(word, 1), substr(word, 2) from (select distinct word from %I, unnest(tsvector_to_array(words)) as word) w
    where word ~ ''^[ontr][^0-9]{3,24}$'' and not exists (select 1 from search_terms k where k.term = substr(word, 2) and k.letter = left(word, 1))', index);
end $$;

-- Words that so many rows have that those are found sooner by walking from the newest; taken from the planner's statistics.
create table search_common (
  kind text not null,
  lexeme text collate "C" not null,
  hits integer not null,
  primary key (lexeme, kind)
);
`

interface Kind {
  kind: string
  table: string
  /** Alias and what else is joined. */
  from: string
  alias: string
  alive: string
  assignee: string
  /** Open words, names, free text, reference. */
  words: [string, string, string, string]
  contact?: string
  /** A change of any of these is followed. */
  columns: string[]
  /** Its words are new ones, not those of what it links to. */
  learns: boolean
}

const KINDS: readonly Kind[] = [
  {
    kind: 'booking',
    table: 'bookings',
    alias: 'b',
    from: 'bookings b join clients c on c.id = b.client_id join models m on m.id = b.model_id join locations l on l.id = b.location_id',
    alive: 'b.deleted_at is null',
    assignee: 'b.assignee_id',
    words: [`m.name || ' ' || m.public_code || ' ' || l.title`, 'c.name', 'b.internal_notes', 'null'],
    columns: ['client_id', 'model_id', 'location_id', 'assignee_id', 'internal_notes', 'deleted_at'],
    learns: false,
  },
  {
    kind: 'inquiry',
    table: 'inquiries',
    alias: 'q',
    from: 'inquiries q join clients c on c.id = q.client_id left join locations l on l.id = q.location_id',
    alive: 'q.deleted_at is null',
    assignee: 'q.assignee_id',
    words: [
      `q.source || ' ' || coalesce(l.title, '') || ' ' || coalesce(q.external_ref, '')`,
      'c.name',
      `q.subject || ' ' || q.message`,
      'null',
    ],
    columns: ['client_id', 'location_id', 'source', 'external_ref', 'subject', 'message', 'assignee_id', 'deleted_at'],
    learns: true,
  },
  {
    kind: 'client',
    table: 'clients',
    alias: 'c',
    from: 'clients c',
    alive: 'c.deleted_at is null and c.merged_into_id is null',
    assignee: 'null::uuid',
    words: [`array_to_string(c.tags, ' ')`, 'c.name', 'c.notes', 'null'],
    contact: 'search_contact(c.email, c.phone)',
    columns: ['name', 'email', 'phone', 'tags', 'notes', 'merged_into_id', 'deleted_at'],
    learns: true,
  },
  {
    kind: 'model',
    table: 'models',
    alias: 'm',
    from: 'models m join locations l on l.id = m.primary_location_id',
    alive: 'm.deleted_at is null',
    assignee: 'null::uuid',
    words: [`m.name || ' ' || m.public_code || ' ' || l.title`, 'null', 'null', 'null'],
    columns: ['name', 'public_code', 'primary_location_id', 'deleted_at'],
    learns: true,
  },
  {
    kind: 'task',
    table: 'tasks',
    alias: 't',
    from: 'tasks t left join clients c on c.id = t.client_id',
    alive: 'true',
    assignee: 't.assignee_id',
    words: [`replace(t.type, '_', ' ')`, 'c.name', `t.subject || ' ' || t.details`, 'null'],
    columns: ['type', 'subject', 'details', 'client_id', 'assignee_id'],
    learns: true,
  },
  {
    kind: 'exception',
    table: 'exceptions',
    alias: 'x',
    from: 'exceptions x left join clients c on c.id = x.client_id',
    alive: 'true',
    assignee: 'x.assignee_id',
    words: [`replace(x.type, '_', ' ')`, 'c.name', 'x.summary', 'null'],
    columns: ['type', 'summary', 'client_id', 'assignee_id'],
    learns: true,
  },
  {
    kind: 'payment',
    table: 'payments',
    alias: 'p',
    from: 'payments p join bookings b on b.id = p.booking_id join clients c on c.id = b.client_id',
    alive: 'true',
    assignee: 'null::uuid',
    words: [`p.type || ' ' || coalesce(replace(p.method, '_', ' '), '')`, 'c.name', 'null', 'p.reference'],
    columns: ['booking_id', 'reference', 'type', 'method'],
    learns: true,
  },
]

/** The index of one kind: what it should hold (a view), what it holds (a table), and the triggers that keep the two the same. */
function indexOf({ kind, table, from, alias, alive, assignee, words, contact, columns, learns }: Kind): string {
  const source = `search_${kind}_source`
  const index = `search_${kind}_words`
  const learn = (rows: string) => (learns ? `perform search_learn(d.words) from ${index} d where ${rows};` : '')
  const has = (row: string) => columns.map((column) => `${row}.${column}`).join(', ')
  return `
create view ${source} as
  select ${alias}.id, ${assignee} as assignee_id, search_words(${words.join(', ')})${contact ? ` || ${contact}` : ''} as words
  from ${from} where ${alive};

-- id is the entity's: a UUIDv7, so its order is that of time.
create table ${index} (
  id uuid primary key,
  assignee_id uuid,
  words tsvector not null
);
create index ${index}_idx on ${index} using gin (words);

-- Makes the index of these rows what it should be. Rows are locked in the order of their ids: no two wait for each other in a circle.
create function search_${kind}_refresh(ids uuid[]) returns integer language plpgsql as $$
declare changed integer; gone integer;
begin
  perform 1 from ${index} where id = any(ids) order by id for update;
  delete from ${index} d where d.id = any(ids) and not exists (select 1 from ${table} ${alias} where ${alias}.id = d.id and ${alive});
  get diagnostics gone = row_count;
  insert into ${index} as d (id, assignee_id, words)
    select s.id, s.assignee_id, s.words from ${source} s where s.id = any(ids) order by s.id
    on conflict (id) do update set assignee_id = excluded.assignee_id, words = excluded.words
    where (d.assignee_id, d.words) is distinct from (excluded.assignee_id, excluded.words);
  get diagnostics changed = row_count;
  ${learn('d.id = any(ids)')}
  return gone + changed;
end $$;

create function search_${kind}_follow() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' then
    delete from ${index} where id = old.id;
  elsif tg_op = 'INSERT' then
    insert into ${index} (id, assignee_id, words) select s.id, s.assignee_id, s.words from ${source} s where s.id = new.id;
    ${learn('d.id = new.id')}
  else
    perform search_${kind}_refresh(array[new.id]);
  end if;
  return null;
end $$;
create trigger ${table}_search after insert or delete on ${table} for each row execute function search_${kind}_follow();
create trigger ${table}_search_changes after update of ${columns.join(', ')} on ${table} for each row
  when ((${has('old')}) is distinct from (${has('new')})) execute function search_${kind}_follow();

-- Heals the index of the next rows after an id; answers the last id looked at, null at the end, and what had to be mended.
create function search_${kind}_heal(after uuid, most integer, out last uuid, out mended integer) language plpgsql as $$
declare ids uuid[]; stray uuid[]; until uuid;
begin
  select coalesce(array_agg(id order by id), '{}') into ids from (select id from ${table} where id > after order by id limit most) page;
  until := ids[cardinality(ids)];
  select coalesce(array_agg(d.id), '{}') into stray from ${index} d
    where d.id > after and (cardinality(ids) < most or d.id <= until) and not (d.id = any(ids));
  mended := search_${kind}_refresh(ids || stray);
  last := case when cardinality(ids) < most then null else until end;
end $$;

-- All of it at once, for who has just filled the tables with triggers off.
create function search_${kind}_rebuild() returns void language plpgsql as $$
begin
  truncate ${index};
  drop index ${index}_idx;
  insert into ${index} (id, assignee_id, words) select id, assignee_id, words from ${source} order by id;
  create index ${index}_idx on ${index} using gin (words);
  ${learns ? `perform search_learn_all('${index}');` : ''}
end $$;
`
}

/** Names of clients and models are in what belongs to them; a name changes seldom, so all of it follows in the same transaction. */
const FAN_OUT = `
-- Takes words out of the dictionary that are in no index.
create function search_unlearn(lexemes text[]) returns void language plpgsql as $$
declare w text; q tsquery;
begin
  foreach w in array lexemes loop
    q := quote_literal(w)::tsquery;
    delete from search_terms t where t.letter = left(w, 1) and t.term = substr(w, 2)
      and not exists (select 1 from search_client_words where words @@ q)
      and not exists (select 1 from search_inquiry_words where words @@ q)
      and not exists (select 1 from search_model_words where words @@ q)
      and not exists (select 1 from search_task_words where words @@ q)
      and not exists (select 1 from search_exception_words where words @@ q)
      and not exists (select 1 from search_payment_words where words @@ q);
  end loop;
end $$;

create function search_client_renamed() returns trigger language plpgsql as $$
begin
  perform search_booking_refresh(array(select id from bookings where client_id = new.id));
  perform search_inquiry_refresh(array(select id from inquiries where client_id = new.id));
  perform search_task_refresh(array(select id from tasks where client_id = new.id));
  perform search_exception_refresh(array(select id from exceptions where client_id = new.id));
  perform search_payment_refresh(array(select p.id from payments p join bookings b on b.id = p.booking_id where b.client_id = new.id));
  return null;
end $$;
-- Words of a client that nobody has any more leave the dictionary at once: an erased name stays nowhere.
create function search_client_unlearned() returns trigger language plpgsql as $$
declare were tsvector; are tsvector := ''::tsvector;
begin
  were := search_words('', old.name, old.notes, null);
  if tg_op = 'UPDATE' then
    select words into are from search_client_words where id = new.id;
  end if;
  perform search_unlearn(array(select unnest(tsvector_to_array(were)) except select unnest(tsvector_to_array(are))));
  return null;
end $$;
-- After clients_search_changes and clients_search_names: triggers fire in the order of their names.
create trigger clients_search_unlearn after delete or update of name, notes, merged_into_id, deleted_at on clients for each row
  execute function search_client_unlearned();

create trigger clients_search_names after update of name on clients for each row
  when (old.name is distinct from new.name) execute function search_client_renamed();

create function search_booking_moved() returns trigger language plpgsql as $$
begin
  perform search_payment_refresh(array(select id from payments where booking_id = new.id));
  return null;
end $$;
create trigger bookings_search_payments after update of client_id on bookings for each row
  when (old.client_id is distinct from new.client_id) execute function search_booking_moved();

create function search_model_renamed() returns trigger language plpgsql as $$
begin
  perform search_booking_refresh(array(select id from bookings where model_id = new.id));
  return null;
end $$;
create trigger models_search_names after update of name, public_code on models for each row
  when ((old.name, old.public_code) is distinct from (new.name, new.public_code)) execute function search_model_renamed();

-- Looks at the next terms after one and takes out those nobody has; answers the last, null at the end.
create function search_prune(after text, most integer) returns text language plpgsql as $$
declare page text[];
begin
  select array_agg(distinct term) into page from (select distinct term from search_terms where term > after order by term limit most) t;
  if page is null then return null; end if;
  perform search_unlearn(array(select letter || term from search_terms where term = any(page)));
  return (select max(t collate "C") from unnest(page) t);
end $$;

-- The dictionary without doubles, and which words are common. The latter is only as good as the planner's statistics.
create function search_tidy() returns void language plpgsql as $$
begin
  delete from search_terms t using (
    select ctid, row_number() over (partition by letter, term order by ctid) as n from search_terms) d
    where d.ctid = t.ctid and d.n > 1;
  insert into search_common (kind, lexeme, hits)
    select split_part(s.tablename, '_', 2), e.lexeme, (e.share * greatest(c.reltuples, 0))::integer
    from pg_stats s join pg_class c on c.oid = format('%I.%I', s.schemaname, s.tablename)::regclass,
      unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs[1:cardinality(s.most_common_elems::text::text[])]) as e (lexeme, share)
    where s.schemaname = current_schema and s.attname = 'words' and s.tablename like 'search_%_words' and e.share * c.reltuples >= 200
    on conflict (lexeme, kind) do update set hits = excluded.hits;
end $$;
`
