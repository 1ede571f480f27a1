import { type Kysely, sql } from 'kysely'

/** What the agency offers: places, services, models and their prices. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql
    .raw(`
create table locations (
  id uuid primary key,
  slug text not null unique check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  title text not null,
  zone text not null,
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  is_popular boolean not null default false,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

create table service_categories (
  id uuid primary key,
  code text not null unique,
  name text not null,
  sort_order integer not null default 0
);

create table services (
  id uuid primary key,
  code text not null unique check (code ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  name text not null,
  category_id uuid not null references service_categories (id),
  description text not null default '',
  has_extra_price boolean not null default false,
  requires_equipment boolean not null default false,
  is_popular boolean not null default false,
  sort_order integer not null default 0
);
create index services_category_idx on services (category_id, sort_order);

create table call_rates (
  location_id uuid not null references locations (id) on delete cascade,
  duration text not null check (duration in ('30m', '45m', '1h', '90m', '2h', 'overnight')),
  call_type text not null check (call_type in ('incall', 'outcall')),
  price_amount bigint not null check (price_amount between 0 and 100000000),
  currency char(3) not null default 'GBP',
  primary key (location_id, duration, call_type)
);

create table models (
  id uuid primary key,
  public_code text not null check (public_code ~ '^[A-Z0-9]+(-[A-Z0-9]+)*$'),
  name text not null check (length(name) between 1 and 120),
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  status text not null check (status in ('active', 'inactive', 'suspended')),
  status_reason text,
  visibility text not null default 'private' check (visibility in ('public', 'private', 'unlisted')),
  primary_location_id uuid not null references locations (id),
  internal_rating numeric(2, 1) not null default 0 check (internal_rating between 0 and 5),
  internal_notes text not null default '' check (length(internal_notes) <= 10000),
  buffer_before_min integer not null default 0 check (buffer_before_min between 0 and 480),
  buffer_after_min integer not null default 15 check (buffer_after_min between 0 and 480),
  version integer not null default 1,
  created_by uuid references users (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create unique index models_public_code_key on models (public_code);
create unique index models_slug_key on models (slug);
create index models_list_idx on models (status, name, id);
create index models_name_idx on models (name, id);
create index models_created_at_idx on models (created_at, id);
create index models_rating_idx on models (internal_rating, id);
create index models_location_idx on models (primary_location_id, status);
create index models_created_by_idx on models (created_by);
create index models_name_trgm_idx on models using gin (name gin_trgm_ops);

create table model_stats (
  model_id uuid primary key references models (id) on delete cascade,
  age integer not null check (age between 18 and 99),
  height_cm integer check (height_cm between 120 and 220),
  weight_kg integer check (weight_kg between 35 and 200),
  dress_uk integer check (dress_uk between 6 and 18),
  shoe_uk numeric(3, 1) check (shoe_uk between 3 and 9),
  hair text,
  eyes text,
  smoking text check (smoking in ('no', 'socially', 'yes')),
  tattoos text check (tattoos in ('none', 'few', 'many')),
  piercings text check (piercings in ('none', 'few', 'many')),
  nationality text,
  languages text[] not null default '{}'
);

create table model_locations (
  model_id uuid not null references models (id) on delete cascade,
  location_id uuid not null references locations (id),
  primary key (model_id, location_id)
);
create index model_locations_location_idx on model_locations (location_id, model_id);

create table model_services (
  model_id uuid not null references models (id) on delete cascade,
  service_id uuid not null references services (id),
  extra_amount bigint not null default 0 check (extra_amount between 0 and 100000000),
  notes text not null default '',
  sort_order integer not null default 0,
  primary key (model_id, service_id)
);
create index model_services_service_idx on model_services (service_id, model_id);

create table model_rates (
  model_id uuid not null references models (id) on delete cascade,
  location_id uuid not null references locations (id),
  duration text not null check (duration in ('30m', '45m', '1h', '90m', '2h', 'overnight')),
  call_type text not null check (call_type in ('incall', 'outcall')),
  price_amount bigint not null check (price_amount between 0 and 100000000),
  taxi_amount bigint not null default 0 check (taxi_amount between 0 and 100000000),
  currency char(3) not null default 'GBP',
  primary key (model_id, location_id, duration, call_type)
);
create index model_rates_location_idx on model_rates (location_id);

create table model_addresses (
  id uuid primary key,
  model_id uuid not null references models (id) on delete cascade,
  street text not null,
  flat text not null default '',
  floor text not null default '',
  post_code text not null,
  nearest_station text not null default '',
  airport_outcalls text[] not null default '{}' check (airport_outcalls <@ array['heathrow', 'gatwick', 'stansted'])
);
create index model_addresses_model_idx on model_addresses (model_id);

create table attributes (
  id uuid primary key,
  code text not null unique,
  name text not null,
  is_filterable boolean not null default false,
  is_public boolean not null default true
);
create table attribute_values (
  id uuid primary key,
  attribute_id uuid not null references attributes (id) on delete cascade,
  value text not null,
  unique (attribute_id, value)
);
create table model_attributes (
  model_id uuid not null references models (id) on delete cascade,
  value_id uuid not null references attribute_values (id) on delete cascade,
  primary key (model_id, value_id)
);
create index model_attributes_value_idx on model_attributes (value_id);

create table model_media (
  id uuid primary key,
  model_id uuid not null references models (id) on delete cascade,
  kind text not null check (kind in ('photo', 'video', 'document')),
  path text not null,
  checksum text not null,
  is_primary boolean not null default false,
  is_public boolean not null default false,
  sort_order integer not null default 0,
  created_at timestamptz not null
);
create index model_media_model_idx on model_media (model_id, sort_order);
create unique index model_media_primary_key on model_media (model_id) where is_primary;
`)
    .execute(db)
}
