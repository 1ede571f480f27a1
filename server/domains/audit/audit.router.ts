import { z } from 'zod'
import { id, instant, listOf, optional, pageInput, piiFieldsOrNull, piiTextOrNull, timestamp } from '#server/trpc/fields.ts'
import { query, router } from '#server/trpc/init.ts'
import { SUBJECTS } from './as-of.subjects.ts'
import { readAsOf } from './as-of.ts'
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
  /** Of what it was done to: B-101, with or without #. */
  ref: optional(
    z
      .string()
      .max(60)
      .regex(/^#?[A-Za-z0-9-]+$/, 'is a ref such as B-101'),
  ),
  via: optional(z.enum(['screen', 'trpc', 'rest', 'rule', 'job', 'webhook', 'system'])),
  requestId: optional(
    z
      .string()
      .max(64)
      .regex(/^[\w.-]+$/, 'is the id of a request'),
  ),
  /** The event it followed from. */
  causeId: optional(id),
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
  before: piiFieldsOrNull(),
  after: piiFieldsOrNull(),
  reason: piiTextOrNull(),
  causeId: z.string().nullable(),
  requestId: z.string().nullable(),
  ip: piiTextOrNull(),
  agent: piiTextOrNull(),
  /** The erasure that took its contents away. */
  redactedBy: z.string().nullable(),
})

export const asOfInput = z.strictObject({ entityType: z.enum(SUBJECTS), entityId: id, at: instant })
const asOfOut = z.object({
  entity: z.object({ type: z.string(), id: z.string(), ref: z.string() }),
  at: timestamp,
  /** Null: it did not exist yet. */
  state: piiFieldsOrNull(),
  present: piiFieldsOrNull(),
  /** Fields that are other now. */
  changed: z.array(z.string()),
  /** What ids among the fields mean. */
  labels: z.record(z.string(), z.string()),
  /** When it changed, newest first. */
  moments: z.array(z.object({ id: z.string(), at: timestamp, action: z.string(), by: z.string(), via: z.string() })),
  /** False where an erasure took what would be needed to know. */
  whole: z.boolean(),
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
  asOf: query({
    access: 'audit.read',
    policy: 'the policy of the entity itself: who may not see it now may not see how it was',
    summary: 'An entity as it was at a moment, beside the present',
    rest: { method: 'GET', path: '/audit/as-of' },
    input: asOfInput,
    output: asOfOut,
    run: readAsOf,
  }),
})
