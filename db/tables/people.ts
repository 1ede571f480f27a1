import type { Nullable, NullableTimestamp, Timestamp, WithDefault } from './columns.ts'

/** What a message is about. To people of the agency, but for payment links, which go to clients. */
export type MessageKind = 'invitation' | 'password_reset' | 'new_device' | 'security_notice' | 'payment_link'

export interface OutgoingMessagesTable {
  id: string
  kind: MessageKind
  recipient: string
  recipient_id: Nullable<string>
  /** Of a message to a client: whose, and which payment's link is in it. */
  client_id: Nullable<string>
  payment_id: Nullable<string>
  subject: string
  /** Null once the message was withdrawn. */
  sealed_body: Nullable<string>
  state: WithDefault<'waiting' | 'withdrawn'>
  created_at: Timestamp
  /** After this its link opens nothing. */
  expires_at: Timestamp
}
export interface InvitationsTable {
  id: string
  email: string
  name: string
  state: WithDefault<'pending' | 'accepted' | 'revoked'>
  /** SHA-256 (hex) of the link's token, while it may be used. */
  token_hash: Nullable<string>
  expires_at: Timestamp
  message_id: Nullable<string>
  /** Who it made, once accepted. */
  user_id: Nullable<string>
  version: WithDefault<number>
  /** Who sent it last. */
  invited_by: Nullable<string>
  created_at: Timestamp
  updated_at: Timestamp
}
export interface InvitationRolesTable {
  invitation_id: string
  role_code: string
}
export interface PasswordResetsTable {
  id: string
  email: string
  state: WithDefault<'requested' | 'open' | 'used' | 'dead'>
  user_id: Nullable<string>
  /** SHA-256 (hex) of the link's token, while it may be used. */
  token_hash: Nullable<string>
  expires_at: Timestamp
  message_id: Nullable<string>
  /** Null when asked for on the sign-in page. */
  requested_by: Nullable<string>
  created_at: Timestamp
}
export interface PasskeysTable {
  id: string
  user_id: string
  name: string
  /** As the browser names it, base64url. */
  credential_id: string
  /** COSE, base64url. */
  public_key: string
  counter: WithDefault<number>
  transports: WithDefault<string[]>
  backed_up: WithDefault<boolean>
  last_used_at: NullableTimestamp
  created_at: Timestamp
}
export interface PasskeyChallengesTable {
  id: string
  purpose: 'register' | 'sign_in' | 'confirm'
  user_id: Nullable<string>
  challenge: string
  expires_at: Timestamp
}
