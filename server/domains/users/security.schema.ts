import { z } from 'zod'
import { flag, id, listOf, nullableTimestamp, pageInput, timestamp } from '#server/trpc/fields.ts'

const sessionId = z.string().regex(/^[0-9a-f]{64}$/, 'is not an id')
const RESULTS = ['signed_in', 'confirmed', 'wrong_password', 'wrong_code', 'disabled', 'unknown'] as const
export const factor = z.enum(['password', 'totp', 'recovery_code', 'passkey'])

// --- inputs ----------------------------------------------------------------------------------------------------------

export const codeInput = z.strictObject({ code: z.string().trim().min(1, 'is needed').max(40) })
export const sessionInput = z.strictObject({ id: sessionId })
export const userInput = z.strictObject({ id })
export const userSessionInput = z.strictObject({ id, sessionId })

const signInFilters = {
  ...pageInput,
  result: z.enum(RESULTS).optional(),
  newDevice: flag,
  sort: z.enum(['at', '-at']).default('-at'),
}
export const listSignInsInput = z.strictObject(signInFilters)
export type ListSignInsInput = z.output<typeof listSignInsInput>
export const listUserSignInsInput = z.strictObject({ id, ...signInFilters })

/** `mine`: it was me. Else that session ends and its device is a stranger again. */
export const answerInput = z.strictObject({ id, mine: z.boolean() })

// --- outputs ---------------------------------------------------------------------------------------------------------

const where = {
  /** What people call it by, e.g. "Firefox on Windows". */
  device: z.string(),
  ip: z.string().nullable(),
  place: z.string(),
  agent: z.string().nullable(),
}

export const sessionsOut = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      current: z.boolean(),
      createdAt: timestamp,
      lastSeenAt: timestamp,
      expiresAt: timestamp,
      /** It ends then however much it is used. */
      endsAt: timestamp,
      authenticatedAt: timestamp,
      factors: z.array(factor),
      ...where,
    }),
  ),
})

export const signInList = listOf(
  z.object({
    id: z.string(),
    at: timestamp,
    result: z.enum(RESULTS),
    factors: z.array(factor),
    isNewDevice: z.boolean(),
    ...where,
  }),
)

/** Sign-ins on new devices that nobody has answered for yet. */
export const newDevicesOut = z.object({
  items: z.array(z.object({ id: z.string(), at: timestamp, isOpen: z.boolean(), ...where })),
})

export const securityOut = z.object({
  /** Since when codes are asked for; null when they are not. */
  totpSince: nullableTimestamp,
  hasPasskey: z.boolean(),
  recoveryCodesLeft: z.number(),
  /** The person's role asks for a second factor. */
  isRequired: z.boolean(),
  mustEnrol: z.boolean(),
  /** Sensitive acts need no confirmation until then. */
  freshUntil: nullableTimestamp,
})

/** For an authenticator app: typed in, or as the QR code of `uri`. */
export const totpSetupOut = z.object({ secret: z.string(), uri: z.string() })
/** Shown this once. */
export const recoveryCodesOut = z.object({ recoveryCodes: z.array(z.string()) })
export const endedOut = z.object({ ended: z.number() })
export const done = z.object({ ok: z.boolean() })
