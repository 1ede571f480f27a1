import { z } from 'zod'
import {
  assigneeFilter,
  flag,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiName,
  piiText,
  possibleTransition,
  timestamp,
} from '#server/trpc/fields.ts'

export const GROUPS = ['urgent', 'high', 'normal', 'completed'] as const
export type Group = (typeof GROUPS)[number]
const level = z.enum(['low', 'normal', 'medium', 'high', 'critical'])

export const actionCenterInput = z.strictObject({
  ...pageInput,
  /** Without one: everything unfinished. */
  group: optional(z.enum(GROUPS)),
  kind: optional(z.enum(['task', 'exception'])),
  /** A task's priority or an exception's severity; normal and medium are the same level. */
  priority: oneOrMore(level),
  type: optional(
    z
      .string()
      .max(60)
      .regex(/^[a-z][a-z0-9_]*$/, 'is a word such as call_back'),
  ),
  assignedTo: assigneeFilter,
  breached: flag,
})
export type ActionCenterInput = z.output<typeof actionCenterInput>

export const actionCenterItem = z.object({
  kind: z.enum(['task', 'exception']),
  id: z.string(),
  ref: z.string(),
  type: z.string(),
  /** A task's subject or an exception's summary. */
  subject: piiText(),
  /** A task's priority or an exception's severity. */
  priority: level,
  status: z.string(),
  version: z.number(),
  entity: z.object({ type: z.string(), id: z.string(), ref: z.string().nullable() }).nullable(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }).nullable(),
  assignee: person.nullable(),
  slaDeadlineAt: nullableTimestamp,
  breached: z.boolean(),
  createdAt: timestamp,
  updatedAt: timestamp,
  possible: z.array(possibleTransition),
})
export type ActionCenterItem = z.input<typeof actionCenterItem>

export const actionCenterOut = z.object({
  items: z.array(actionCenterItem),
  nextCursor: z.string().nullable(),
  /** Unfinished ones this person may see, by group; the other filters apply, group and priority don't. */
  counts: z.object({ urgent: z.number(), high: z.number(), normal: z.number() }),
})
