import type { JsonWithDefault, Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'
import type { Factor } from './sign-in.ts'

export interface UsersTable {
  id: string
  email: string
  name: string
  password_hash: string
  disabled_at: NullableTimestamp
  last_sign_in_at: NullableTimestamp
  version: WithDefault<number>
  created_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface RolesTable {
  code: string
  name: string
  description: string
  is_system: WithDefault<boolean>
  version: WithDefault<number>
  created_by: Nullable<string>
  /** Null for system roles. */
  created_at: NullableTimestamp
  updated_at: NullableTimestamp
}
export interface PermissionsTable {
  code: string
  description: string
}
export interface RolePermissionsTable {
  role_code: string
  permission_code: string
}
export interface UserRolesTable {
  user_id: string
  role_code: string
  granted_by: Nullable<string>
  granted_at: Timestamp
}
export interface SessionsTable {
  /** SHA-256 (hex) of the id the browser holds. */
  id: string
  user_id: string
  expires_at: Timestamp
  absolute_expires_at: Timestamp
  created_at: Timestamp
  last_seen_at: Timestamp
  /** When its person last proved who they are. */
  authenticated_at: Timestamp
  /** By what they proved it. */
  factors: WithDefault<Factor[]>
  device_id: Nullable<string>
  ip: Nullable<string>
  agent: Nullable<string>
}
export interface ApiKeysTable {
  id: string
  name: string
  prefix: string
  secret_hash: string
  permissions: string[]
  expires_at: NullableTimestamp
  revoked_at: NullableTimestamp
  last_used_at: NullableTimestamp
  last_used_ip: Nullable<string>
  created_by: Nullable<string>
  /** Whose permissions bound it now: who made it, or rotated it last. */
  responsible_id: Nullable<string>
  requests_per_minute: Nullable<number>
  /** Addresses and CIDR ranges it may be used from; empty: any. */
  allowed_addresses: WithDefault<string[]>
  /** The secret before the last rotation, until its overlap ends. */
  previous_secret_hash: Nullable<string>
  previous_valid_until: NullableTimestamp
  rotated_at: NullableTimestamp
  revoked_by: Nullable<string>
  created_at: Timestamp
}
export interface RateLimitsTable {
  key: string
  points: WithDefault<number>
  expire: Nullable<number>
}
export interface SettingsTable {
  key: string
  value: JsonWithDefault<unknown>
  description: string
  updated_at: WithDefault<Date>
}
