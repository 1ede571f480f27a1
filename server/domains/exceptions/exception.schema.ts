import { z } from 'zod'
import { noteOut } from '#server/domains/notes/index.ts'
import {
  assigneeFilter,
  flag,
  id,
  instant,
  listOf,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiName,
  piiRecord,
  piiText,
  piiTextOrNull,
  possibleTransition,
  q,
  statusInput,
  text,
  timestamp,
  transitionOut,
  version,
} from '#server/trpc/fields.ts'

export const EXCEPTION_STATUSES = ['open', 'investigating', 'resolved', 'dismissed'] as const
export const EXCEPTION_TYPES = [
  'payment_failed',
  'payment_dispute',
  'payment_difference',
  'no_show_risk',
  'overbooking',
  'mismatch',
  'policy_violation',
  'hold_expired',
  'job_failed',
  'other',
] as const
/** What a person can point at; a job raises its own. */
const POINTED_AT = ['inquiry', 'booking', 'client', 'model', 'payment', 'task'] as const
export const EXCEPTION_ENTITIES = [...POINTED_AT, 'job'] as const
export const severity = z.enum(['low', 'medium', 'high', 'critical'])

// --- inputs ----------------------------------------------------------------------------------------------------------

export const createExceptionInput = z
  .strictObject({
    type: z.enum(EXCEPTION_TYPES).default('other'),
    severity: severity.default('medium'),
    summary: text(300, 1),
    details: text(10_000).optional(),
    entityType: optional(z.enum(POINTED_AT)),
    entityId: optional(id),
  })
  .refine((value) => (value.entityType === undefined) === (value.entityId === undefined), {
    message: 'entityType and entityId are given together',
    path: ['entityId'],
  })
export type CreateExceptionInput = z.output<typeof createExceptionInput>

export const listExceptionsInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(EXCEPTION_STATUSES)),
  severity: oneOrMore(severity),
  type: oneOrMore(z.enum(EXCEPTION_TYPES)),
  assignedTo: assigneeFilter,
  slaBreached: flag,
  entityType: z.enum(EXCEPTION_ENTITIES).optional(),
  entityId: id.optional(),
  createdFrom: instant.optional(),
  createdTo: instant.optional(),
  q,
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListExceptionsInput = z.output<typeof listExceptionsInput>

export const assignExceptionInput = z.strictObject({ id, version, userId: id.nullable() })
export const updateExceptionInput = z.strictObject({
  id,
  version,
  summary: text(300, 1).optional(),
  severity: severity.optional(),
  type: z.enum(EXCEPTION_TYPES).optional(),
  /** A new deadline; without one a new severity brings its own. */
  slaDeadlineAt: instant.nullable().optional(),
})
export const exceptionStatusInput = z.strictObject({
  id,
  version,
  ...statusInput,
  /** How it was resolved; `reason` says it as well. */
  metadata: z.strictObject({ resolution: text(2_000, 1).optional() }).default({}),
})
export const resolveInput = z.strictObject({ id, version, resolution: text(2_000, 1) })
export const dismissInput = z.strictObject({ id, version, reason: text(500, 1) })
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

const listFields = {
  id: z.string(),
  ref: z.string(),
  status: z.enum(EXCEPTION_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  type: z.enum(EXCEPTION_TYPES),
  severity,
  summary: piiText(),
  entity: z.object({ type: z.enum(EXCEPTION_ENTITIES), id: z.string(), ref: z.string().nullable() }).nullable(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }).nullable(),
  assignee: person.nullable(),
  slaDeadlineAt: nullableTimestamp,
  /** Its deadline has passed and it is not closed. */
  slaBreached: z.boolean(),
  occurrences: z.number(),
  closedAt: nullableTimestamp,
}
export const exceptionListItem = z.object(listFields)
export const exceptionList = listOf(exceptionListItem)

export const exceptionOut = z.object({
  ...listFields,
  details: piiRecord(),
  resolution: piiTextOrNull(),
  createdBy: person.nullable(),
  notes: z.array(noteOut),
  possible: z.array(possibleTransition),
})
export type ExceptionOut = z.input<typeof exceptionOut>
export const exceptionTransitionOut = z.object({ exception: exceptionOut, transition: transitionOut })
