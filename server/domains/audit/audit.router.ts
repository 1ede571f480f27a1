import { z } from 'zod'
import { id, instant, listOf, optional, pageInput, piiRecordOrNull, piiTextOrNull, timestamp } from '#server/trpc/fields.ts'
import { query, router } from '#server/trpc/init.ts'
import { listAudit } from './audit.queries.ts'

const word = z
  .string()
  .max(80)
  .regex(/^[a-z][a-z0-9_.]*$/, 'is a word such as booking or booking.status_changed')

export const listAuditInput = z.strictObject({
  ...pageInput,
  entityType: optional(word),
  entityId: optional(id),
  actorId: optional(id),
  action: optional(word),
  from: optional(instant),
  to: optional(instant),
  sort: z.enum(['at', '-at']).default('-at'),
})
export type ListAuditInput = z.output<typeof listAuditInput>

const auditRow = z.object({
  id: z.string(),
  at: timestamp,
  actor: z.object({ kind: z.string(), id: z.string().nullable(), name: z.string() }),
  via: z.string(),
  action: z.string(),
  entity: z.object({ type: z.string(), id: z.string().nullable(), ref: z.string().nullable() }),
  before: piiRecordOrNull(),
  after: piiRecordOrNull(),
  reason: piiTextOrNull(),
  causeId: z.string().nullable(),
  requestId: z.string().nullable(),
  ip: piiTextOrNull(),
  agent: piiTextOrNull(),
})

export const auditRouter = router({
  list: query({
    access: 'audit.read',
    policy: 'none: who may read the audit log reads all of it; personal data masked',
    summary: 'What happened, newest first',
    rest: { method: 'GET', path: '/audit' },
    input: listAuditInput,
    output: listOf(auditRow),
    run: listAudit,
  }),
})
