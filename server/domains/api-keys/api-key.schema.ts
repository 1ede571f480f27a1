import { z } from 'zod'
import { ALL_PERMISSIONS } from '#server/auth/permissions.ts'
import { id, instant, listOf, nullableTimestamp, optional, pageInput, person, text, timestamp } from '#server/trpc/fields.ts'

export const listApiKeysInput = z.strictObject({ ...pageInput, sort: z.enum(['createdAt', '-createdAt']).default('-createdAt') })
export type ListApiKeysInput = z.output<typeof listApiKeysInput>

export const createApiKeyInput = z.strictObject({
  name: text(120, 1),
  permissions: z
    .array(z.enum(ALL_PERMISSIONS))
    .min(1, 'needs at least one')
    .max(ALL_PERMISSIONS.length)
    .transform((list) => [...new Set(list)].sort()),
  /** It works until revoked when left out. */
  expiresAt: optional(instant),
})
export type CreateApiKeyInput = z.output<typeof createApiKeyInput>
export const byId = z.strictObject({ id })

export const apiKeyOut = z.object({
  id: z.string(),
  status: z.enum(['active', 'expired', 'revoked']),
  name: z.string(),
  /** The visible part of the key: `vk_<prefix>_…`. */
  prefix: z.string(),
  permissions: z.array(z.string()),
  expiresAt: nullableTimestamp,
  revokedAt: nullableTimestamp,
  lastUsedAt: nullableTimestamp,
  createdAt: timestamp,
  createdBy: person.nullable(),
})
export type ApiKeyOut = z.input<typeof apiKeyOut>
export const apiKeyList = listOf(apiKeyOut)
/** The only time the key itself is told. */
export const createdApiKeyOut = apiKeyOut.extend({ key: z.string() })
