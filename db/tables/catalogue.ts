import type { Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

export type ModelStatus = 'active' | 'inactive' | 'suspended'
export type ModelVisibility = 'public' | 'private' | 'unlisted'
export type CallType = 'incall' | 'outcall'
export type CallDuration = '30m' | '45m' | '1h' | '90m' | '2h' | 'overnight'

export interface LocationsTable {
  id: string
  slug: string
  title: string
  /** IANA zone, e.g. Europe/London. */
  zone: string
  latitude: number
  longitude: number
  is_popular: WithDefault<boolean>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface ServiceCategoriesTable {
  id: string
  code: string
  name: string
  sort_order: WithDefault<number>
}
export interface ServicesTable {
  id: string
  code: string
  name: string
  category_id: string
  description: WithDefault<string>
  has_extra_price: WithDefault<boolean>
  requires_equipment: WithDefault<boolean>
  is_popular: WithDefault<boolean>
  sort_order: WithDefault<number>
}
export interface CallRatesTable {
  location_id: string
  duration: CallDuration
  call_type: CallType
  /** Minor units. */
  price_amount: number
  currency: WithDefault<string>
}
export interface ModelsTable {
  id: string
  public_code: string
  name: string
  slug: string
  status: ModelStatus
  status_reason: Nullable<string>
  visibility: WithDefault<ModelVisibility>
  primary_location_id: string
  /** numeric(2,1), 0–5; the client parses numeric to number. */
  internal_rating: WithDefault<number>
  internal_notes: WithDefault<string>
  buffer_before_min: WithDefault<number>
  buffer_after_min: WithDefault<number>
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
  deleted_at: NullableTimestamp
}
export interface ModelStatsTable {
  model_id: string
  age: number
  height_cm: Nullable<number>
  weight_kg: Nullable<number>
  dress_uk: Nullable<number>
  shoe_uk: Nullable<number>
  hair: Nullable<string>
  eyes: Nullable<string>
  smoking: Nullable<'no' | 'socially' | 'yes'>
  tattoos: Nullable<'none' | 'few' | 'many'>
  piercings: Nullable<'none' | 'few' | 'many'>
  nationality: Nullable<string>
  languages: WithDefault<string[]>
}
export interface ModelLocationsTable {
  model_id: string
  location_id: string
}
export interface ModelServicesTable {
  model_id: string
  service_id: string
  extra_amount: WithDefault<number>
  notes: WithDefault<string>
  sort_order: WithDefault<number>
}
export interface ModelRatesTable {
  model_id: string
  location_id: string
  duration: CallDuration
  call_type: CallType
  price_amount: number
  taxi_amount: WithDefault<number>
  currency: WithDefault<string>
}
export interface ModelAddressesTable {
  id: string
  model_id: string
  street: string
  flat: WithDefault<string>
  floor: WithDefault<string>
  post_code: string
  nearest_station: WithDefault<string>
  airport_outcalls: WithDefault<string[]>
}
export interface AttributesTable {
  id: string
  code: string
  name: string
  is_filterable: WithDefault<boolean>
  is_public: WithDefault<boolean>
}
export interface AttributeValuesTable {
  id: string
  attribute_id: string
  value: string
}
export interface ModelAttributesTable {
  model_id: string
  value_id: string
}
export interface ModelMediaTable {
  id: string
  model_id: string
  kind: 'photo' | 'video' | 'document'
  path: string
  checksum: string
  is_primary: WithDefault<boolean>
  is_public: WithDefault<boolean>
  sort_order: WithDefault<number>
  created_at: Timestamp
}
