import type { Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

/** What someone showed to prove who they are. A passkey here has verified its user: it stands for two. */
export type Factor = 'password' | 'totp' | 'recovery_code' | 'passkey'
export type SignInResult = 'signed_in' | 'confirmed' | 'wrong_password' | 'wrong_code' | 'disabled' | 'unknown'

export interface KnownDevicesTable {
  id: string
  user_id: string
  /** SHA-256 (hex) of the browser's device cookie. */
  secret_hash: string
  via: 'screen' | 'rest' | 'trpc'
  ip: Nullable<string>
  agent: Nullable<string>
  first_seen_at: Timestamp
  last_seen_at: Timestamp
}
export interface SignInTriesTable {
  key: string
  used: number
  expires_at: Timestamp
}
export interface SecondFactorsTable {
  user_id: string
  sealed_secret: string
  confirmed_at: NullableTimestamp
  last_step: WithDefault<number>
  created_at: Timestamp
}
export interface RecoveryCodesTable {
  id: string
  user_id: string
  code_hash: string
  used_at: NullableTimestamp
  created_at: Timestamp
}
export interface SignInsTable {
  id: string
  user_id: Nullable<string>
  at: Timestamp
  result: SignInResult
  factors: Factor[]
  device_id: Nullable<string>
  is_new_device: WithDefault<boolean>
  session_id: Nullable<string>
  answered_at: NullableTimestamp
  ip: Nullable<string>
  agent: Nullable<string>
}
