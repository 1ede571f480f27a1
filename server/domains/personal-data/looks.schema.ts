import { z } from 'zod'
import { id, instant, listOf, optional, pageInput, piiName, piiTextOrNull, timestamp } from '#server/trpc/fields.ts'

/** How somebody came to see who a client is, or took it away. */
export const LOOKS = ['client.viewed', 'client.revealed', 'client.exported'] as const

export const listLooksInput = z.strictObject({
  ...pageInput,
  /** Who looked. */
  actorId: optional(id),
  /** At whom; what is merged into a client counts as theirs. */
  clientId: optional(id),
  how: z.enum(['viewed', 'revealed', 'exported']).optional(),
  from: optional(instant),
  to: optional(instant),
  sort: z.enum(['at', '-at']).default('-at'),
})
export type ListLooksInput = z.output<typeof listLooksInput>

const look = z.object({
  id: z.string(),
  at: timestamp,
  who: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }),
  how: z.enum(['viewed', 'revealed', 'exported']),
  /** Given with a reveal. */
  reason: piiTextOrNull(),
  /** Where it was shown. */
  opened: z.object({ entityType: z.string(), entityId: z.string(), entityRef: z.string() }).nullable(),
})
export const lookList = listOf(look)
