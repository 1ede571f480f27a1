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

export const TASK_STATUSES = ['open', 'in_progress', 'done', 'failed', 'cancelled'] as const
export const TASK_ENTITIES = ['inquiry', 'booking', 'client', 'model', 'payment', 'exception'] as const
export const priority = z.enum(['low', 'normal', 'high', 'critical'])
export const kindOfWork = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9_]*$/, 'is a word such as "call_back"')

// --- inputs ----------------------------------------------------------------------------------------------------------

export const createTaskInput = z
  .strictObject({
    type: kindOfWork.default('manual'),
    subject: text(300, 1),
    details: text(10_000).default(''),
    priority: priority.default('normal'),
    entityType: optional(z.enum(TASK_ENTITIES)),
    entityId: optional(id),
    dueAt: optional(instant),
    /** Oneself; others need `tasks.assign`. */
    assigneeId: optional(id),
  })
  .refine((value) => (value.entityType === undefined) === (value.entityId === undefined), {
    message: 'entityType and entityId are given together',
    path: ['entityId'],
  })
export type CreateTaskInput = z.output<typeof createTaskInput>

export const listTasksInput = z.strictObject({
  ...pageInput,
  status: oneOrMore(z.enum(TASK_STATUSES)),
  priority: oneOrMore(priority),
  type: kindOfWork.optional(),
  assignedTo: assigneeFilter,
  slaBreached: flag,
  entityType: z.enum(TASK_ENTITIES).optional(),
  entityId: id.optional(),
  q,
  sort: z.enum(['createdAt', '-createdAt']).default('-createdAt'),
})
export type ListTasksInput = z.output<typeof listTasksInput>

export const assignTaskInput = z.strictObject({ id, version, userId: id.nullable() })
export const updateTaskInput = z.strictObject({
  id,
  version,
  subject: text(300, 1).optional(),
  priority: priority.optional(),
  type: kindOfWork.optional(),
  dueAt: instant.nullable().optional(),
  /** A new deadline; without one a new priority brings its own. */
  slaDeadlineAt: instant.nullable().optional(),
})
export const taskStatusInput = z.strictObject({ id, version, ...statusInput, metadata: z.strictObject({}).default({}) })
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

const listFields = {
  id: z.string(),
  ref: z.string(),
  status: z.enum(TASK_STATUSES),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  type: z.string(),
  subject: piiText(),
  priority,
  entity: z.object({ type: z.enum(TASK_ENTITIES), id: z.string(), ref: z.string().nullable() }).nullable(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }).nullable(),
  assignee: person.nullable(),
  dueAt: nullableTimestamp,
  slaDeadlineAt: nullableTimestamp,
  /** Its deadline has passed and it is not finished. */
  slaBreached: z.boolean(),
  completedAt: nullableTimestamp,
}
export const taskListItem = z.object(listFields)
export const taskList = listOf(taskListItem)

export const taskOut = z.object({
  ...listFields,
  details: piiText(),
  statusReason: piiTextOrNull(),
  createdBy: person.nullable(),
  notes: z.array(noteOut),
  possible: z.array(possibleTransition),
})
export type TaskOut = z.input<typeof taskOut>
export const taskTransitionOut = z.object({ task: taskOut, transition: transitionOut })
