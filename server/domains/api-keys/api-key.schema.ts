import { z } from 'zod'
import { canonicalRange } from '#server/auth/key-addresses.ts'
import { ALL_PERMISSIONS } from '#server/auth/permissions.ts'
import { id, instant, listOf, nullableTimestamp, optional, pageInput, person, q, text, timestamp } from '#server/trpc/fields.ts'

const STATUSES = ['active', 'expired', 'revoked'] as const

export const listApiKeysInput = z.strictObject({
  ...pageInput,
  status: z.enum(STATUSES).optional(),
  /** By name or prefix. */
  q,
  responsibleId: id.optional(),
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListApiKeysInput = z.output<typeof listApiKeysInput>

/** An address or a CIDR range, kept with its host bits cleared. */
const range = z
  .string()
  .max(60)
  .transform((value, check) => {
    const canonical = canonicalRange(value)
    if (canonical === undefined) {
      check.addIssue({ code: 'custom', message: 'is not an address or range such as 192.0.2.0/24' })
      return z.NEVER
    }
    return canonical
  })
const allowedAddresses = z
  .array(range)
  .max(50, 'may have at most 50 addresses')
  .transform((list) => [...new Set(list)])
const requestsPerMinute = z
  .number('is a whole number of requests')
  .int('is a whole number of requests')
  .min(1, 'must be at least 1')
  .max(100_000, 'may be at most 100,000')
const name = text(120, 1)

export const createApiKeyInput = z.strictObject({
  name,
  permissions: z
    .array(z.enum(ALL_PERMISSIONS))
    .min(1, 'needs at least one')
    .max(ALL_PERMISSIONS.length)
    .transform((list) => [...new Set(list)].sort()),
  /** It works until revoked when left out. */
  expiresAt: optional(instant),
  /** Beside the limits that everyone has. */
  requestsPerMinute: optional(requestsPerMinute),
  /** From anywhere when empty. */
  allowedAddresses: allowedAddresses.default([]),
})
export type CreateApiKeyInput = z.output<typeof createApiKeyInput>
export const updateApiKeyInput = z.strictObject({
  id,
  name: name.optional(),
  /** Null takes the limit away. */
  requestsPerMinute: requestsPerMinute.nullable().optional(),
  allowedAddresses: allowedAddresses.optional(),
})
export type UpdateApiKeyInput = z.output<typeof updateApiKeyInput>
export const byId = z.strictObject({ id })
export const rotateApiKeyInput = z.strictObject({
  id,
  /** How long the old secret works beside the new one. */
  overlapHours: z.number().int().min(0, 'is 0 to 24 hours').max(24, 'is 0 to 24 hours').default(0),
})
export type RotateApiKeyInput = z.output<typeof rotateApiKeyInput>

export const apiKeyOut = z.object({
  id: z.string(),
  status: z.enum(STATUSES),
  name: z.string(),
  /** The visible part of the key: `vk_<prefix>_…`. */
  prefix: z.string(),
  /** What it was given. */
  permissions: z.array(z.string()),
  /** What of that its person can not do any more, and so the key neither. */
  suspended: z.array(z.string()),
  expiresAt: nullableTimestamp,
  revokedAt: nullableTimestamp,
  revokedBy: person.nullable(),
  lastUsedAt: nullableTimestamp,
  createdAt: timestamp,
  createdBy: person.nullable(),
  /** Whose permissions bound it; when they are disabled it stops. */
  responsible: person.extend({ disabled: z.boolean() }).nullable(),
  rotatedAt: nullableTimestamp,
  /** Until when the secret before the last rotation works too. */
  previousValidUntil: nullableTimestamp,
  requestsPerMinute: z.number().nullable(),
  allowedAddresses: z.array(z.string()),
})
export type ApiKeyOut = z.input<typeof apiKeyOut>
export const apiKeyList = listOf(apiKeyOut)
/** The only time the key itself is told. */
export const createdApiKeyOut = apiKeyOut.extend({ key: z.string() })
export const permissionsOut = z.object({ items: z.array(z.object({ code: z.string(), description: z.string() })) })
