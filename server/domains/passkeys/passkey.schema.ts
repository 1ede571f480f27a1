import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { id, nullableTimestamp, text, timestamp } from '#server/trpc/fields.ts'

const encoded = (max: number) =>
  z
    .string()
    .max(max, 'is too long')
    .regex(/^[A-Za-z0-9_-]+$/, 'is not base64url')

/** What the browser's passkey API answered, without what nobody reads here. */
export const registrationResponse = z.strictObject({
  id: encoded(1_400),
  rawId: encoded(1_400),
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: encoded(4_000),
    attestationObject: encoded(20_000),
    transports: z
      .array(z.string().regex(/^[a-z-]{1,30}$/, 'is not a transport'))
      .max(10)
      .optional(),
  }),
})
export const authenticationResponse = z.strictObject({
  id: encoded(1_400),
  rawId: encoded(1_400),
  type: z.literal('public-key'),
  response: z.strictObject({
    clientDataJSON: encoded(4_000),
    authenticatorData: encoded(4_000),
    signature: encoded(2_000),
    userHandle: encoded(200).optional(),
  }),
})
export type AuthenticationResponse = z.output<typeof authenticationResponse>

export const addPasskeyInput = z.strictObject({ challengeId: id, name: text(80, 1), response: registrationResponse })
export type AddPasskeyInput = z.output<typeof addPasskeyInput>
export const usePasskeyInput = z.strictObject({ challengeId: id, response: authenticationResponse })
export type UsePasskeyInput = z.output<typeof usePasskeyInput>
export const renamePasskeyInput = z.strictObject({ id, name: text(80, 1) })
export const byId = z.strictObject({ id })

export const passkeyOut = z.object({
  id: z.string(),
  name: z.string(),
  /** Kept by an account that follows its person to other devices. */
  backedUp: z.boolean(),
  createdAt: timestamp,
  lastUsedAt: nullableTimestamp,
})
export const passkeysOut = z.object({ items: z.array(passkeyOut) })
export const creationOptionsOut = z.object({
  challengeId: z.string(),
  options: z.custom<PublicKeyCredentialCreationOptionsJSON>(),
})
export const requestOptionsOut = z.object({
  challengeId: z.string(),
  options: z.custom<PublicKeyCredentialRequestOptionsJSON>(),
})
export const addedOut = z.object({ id: z.string() })
