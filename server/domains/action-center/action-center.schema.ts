import { z } from 'zod'
import { contactAccessOut } from '#server/auth/reveal-contact.ts'
import { EXCEPTION_STATUSES } from '#server/domains/exceptions/index.ts'
import { noteOut } from '#server/domains/notes/index.ts'
import { TASK_STATUSES } from '#server/domains/tasks/index.ts'
import {
  assigneeFilter,
  flag,
  id,
  instant,
  nullableTimestamp,
  oneOrMore,
  optional,
  pageInput,
  person,
  piiEmail,
  piiName,
  piiPhone,
  piiRecord,
  piiText,
  piiTextOrNull,
  possibleTransition,
  text,
  timestamp,
  version,
} from '#server/trpc/fields.ts'
import { DUE } from './due.ts'

export const GROUPS = ['urgent', 'high', 'normal', 'completed'] as const
export type Group = (typeof GROUPS)[number]
const kind = z.enum(['task', 'exception'])
const level = z.enum(['low', 'normal', 'medium', 'high', 'critical'])
const typeWord = z
  .string()
  .max(60)
  .regex(/^[a-z][a-z0-9_]*$/, 'is a word such as call_back')

// --- inputs ----------------------------------------------------------------------------------------------------------

export const filters = {
  /** Without one: everything unfinished. */
  group: optional(z.enum(GROUPS)),
  kind: optional(kind),
  /** A task's priority or an exception's severity; normal and medium are the same level. */
  priority: oneOrMore(level),
  /** Unfinished ones, or finished ones; not both at once. */
  status: oneOrMore(z.enum([...TASK_STATUSES, ...EXCEPTION_STATUSES])),
  type: optional(typeWord),
  assignedTo: assigneeFilter,
  breached: flag,
  /** Of the deadline: from, and before. */
  dueAfter: optional(instant),
  dueBefore: optional(instant),
  /** The same, as the agency’s clock moves: within the hour, today, within seven days. */
  due: optional(z.enum(DUE)),
  /** True: only what is put aside; else it is left out. */
  snoozed: flag,
}
export const actionCenterInput = z.strictObject({ ...pageInput, ...filters })
export type ActionCenterInput = z.output<typeof actionCenterInput>

export const itemInput = z.strictObject({ kind, id })
export type ItemInput = z.output<typeof itemInput>

export const ACTIONS = ['move', 'claim', 'release', 'assign', 'snooze', 'wake', 'edit', 'note'] as const
const actionFields = {
  action: z.enum(ACTIONS),
  /** move: the status. */
  to: z.string().min(1).max(40).optional(),
  /** move: also over the states between, in one go. */
  through: z.boolean().optional(),
  reason: optional(text(500)),
  resolution: optional(text(2_000)),
  /** assign. */
  userId: optional(id),
  /** snooze: until when, until what happens, or whichever comes first. */
  until: optional(instant),
  event: optional(z.enum(['status', 'note', 'any'])),
  /** note. */
  body: optional(text(5_000)),
  /** edit: a task's subject or an exception's summary; priority or severity; the rest. */
  subject: text(300, 1).optional(),
  priority: level.optional(),
  type: typeWord.optional(),
  dueAt: instant.nullable().optional(),
  slaDeadlineAt: instant.nullable().optional(),
}
export const actInput = z.strictObject({ kind, id, version, ...actionFields })
export type ActInput = z.output<typeof actInput>
export const bulkInput = z.strictObject({
  /** Shared by the chunks of one bulk action: an item is done once however often it is sent, and one undo takes all back. */
  key: id,
  items: z.array(z.strictObject({ kind, id, version })).min(1).max(200),
  ...actionFields,
})
export type BulkInput = z.output<typeof bulkInput>
export const createInput = z.strictObject({
  kind,
  subject: text(300, 1),
  details: text(10_000).default(''),
  priority: level.default('normal'),
  /** A task that is one's own from the start. */
  mine: z.boolean().default(false),
})
export type CreateInput = z.output<typeof createInput>
export const undoInput = z.strictObject({ id })
export const presenceInput = z.strictObject({ kind, id, mode: z.enum(['viewing', 'editing', 'gone']) })
export const changesInput = z.strictObject({
  since: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(2_000).default(1_000),
})

// --- outputs ---------------------------------------------------------------------------------------------------------

const refusedBy = z.object({ rule: z.string(), text: z.string() }).optional()
export const deskAction = z.object({
  action: z.enum(ACTIONS),
  label: z.string(),
  to: z.string().optional(),
  through: z.boolean().optional(),
  /** Fields a person must give with it. */
  needs: z.array(z.string()),
  undoable: z.boolean(),
  /** Why it can't be undone. */
  why: z.string().optional(),
  refusedBy,
})
export type DeskAction = z.input<typeof deskAction>
export const present = z.array(z.object({ id: z.string(), name: z.string(), mode: z.enum(['viewing', 'editing']) }))

const itemFields = {
  kind,
  id: z.string(),
  ref: z.string(),
  type: z.string(),
  /** A task's subject or an exception's summary. */
  subject: piiText(),
  /** The beginning of its details. */
  why: piiTextOrNull(),
  /** A task's priority or an exception's severity. */
  priority: level,
  status: z.string(),
  version: z.number(),
  entity: z.object({ type: z.string(), id: z.string(), ref: z.string().nullable(), label: z.string().nullable() }).nullable(),
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }).nullable(),
  /** Of the booking, or as the inquiry wishes. */
  when: z.object({ start: nullableTimestamp, end: nullableTimestamp, zone: z.string() }).nullable(),
  assignee: person.nullable(),
  /** When this claim lapses; null: it doesn't. */
  claimedUntil: nullableTimestamp,
  slaDeadlineAt: nullableTimestamp,
  dueAt: nullableTimestamp,
  breached: z.boolean(),
  occurrences: z.number(),
  snooze: z
    .object({
      until: nullableTimestamp,
      event: z.enum(['status', 'note', 'any']).nullable(),
      by: person.nullable(),
      at: timestamp,
    })
    .nullable(),
  /** Why it is back on the list. */
  returned: z.object({ at: timestamp, because: z.string() }).nullable(),
  noteCount: z.number(),
  presence: present,
  createdAt: timestamp,
  updatedAt: timestamp,
  completedAt: nullableTimestamp,
  possible: z.array(possibleTransition),
  /** Everything this person may do with it now, the machine's steps among it. */
  actions: z.array(deskAction),
}
export const actionCenterItem = z.object(itemFields)
export type ActionCenterItem = z.input<typeof actionCenterItem>

const groupCounts = z.object({
  urgent: z.number(),
  high: z.number(),
  normal: z.number(),
  snoozed: z.number(),
  /** Some of these are more than they say. */
  capped: z.boolean(),
})
export type GroupCounts = z.input<typeof groupCounts>
export const actionCenterOut = z.object({
  items: z.array(actionCenterItem),
  nextCursor: z.string().nullable(),
  /** The answer is at least as new as this event of the live feed. */
  seq: z.number(),
  at: timestamp,
  /** Unfinished ones this person may see, by group; the other filters apply, group and priority don't. */
  counts: groupCounts,
})

const entityStep = possibleTransition.extend({ undoable: z.literal(false), why: z.string() })
export const itemOut = z.object({
  ...itemFields,
  seq: z.number(),
  details: piiText(),
  /** What a machine noted of an exception. */
  facts: piiRecord(),
  statusReason: piiTextOrNull(),
  createdBy: person.nullable(),
  notes: z.array(noteOut.extend({ mayRemove: z.boolean() })),
  timeline: z.array(
    z.object({
      at: timestamp,
      kind: z.string(),
      title: z.string(),
      body: piiTextOrNull(),
      by: z.string(),
      about: z.enum(['item', 'entity']),
    }),
  ),
  contact: z
    .object({
      name: piiName(),
      email: piiEmail(),
      phone: piiPhone(),
      preferredChannel: z.string().nullable(),
      access: contactAccessOut,
    })
    .nullable(),
  about: z
    .object({
      type: z.enum(['booking', 'inquiry']),
      id: z.string(),
      ref: z.string(),
      title: z.string(),
      status: z.string(),
      version: z.number(),
      start: nullableTimestamp,
      end: nullableTimestamp,
      zone: z.string().nullable(),
      amount: z.object({ amount: z.number(), currency: z.string() }).nullable(),
      assignee: person.nullable(),
      possible: z.array(entityStep),
    })
    .nullable(),
})
export type ItemOut = z.input<typeof itemOut>

export const undoOut = z
  .object({
    id: z.string(),
    label: z.string(),
    /** Refused after. */
    until: timestamp,
    /** How long a toast offers it. */
    shownSeconds: z.number(),
  })
  .nullable()
export type UndoOut = z.input<typeof undoOut>
export const undoList = z.object({ items: z.array(undoOut.unwrap()) })
export const actOut = z.object({
  /** Null when it is no longer this person's to see. */
  item: actionCenterItem.nullable(),
  undo: undoOut,
  /** What happened, in words. */
  text: z.string(),
  seq: z.number(),
})
const named = { kind, id: z.string(), ref: z.string() }
export const undoneOut = z.object({
  undone: z.array(z.object(named)),
  refused: z.array(z.object({ ...named, text: z.string() })),
  text: z.string(),
})
export const bulkOut = z.object({
  done: z.number(),
  results: z.array(
    z.object({
      kind,
      id: z.string(),
      ref: z.string().nullable(),
      outcome: z.enum(['done', 'unchanged', 'refused']),
      text: z.string(),
      code: z.string().optional(),
    }),
  ),
  undo: undoOut,
})
export type BulkResult = z.input<typeof bulkOut>['results'][number]
export const presenceOut = z.object({ presence: present })
export const changesOut = z.object({
  /** What was missed is no longer kept: load everything anew. */
  reset: z.boolean(),
  seq: z.number(),
  more: z.boolean(),
  items: z.array(z.object({ seq: z.number(), type: z.string(), entityType: z.string(), entityId: z.string() })),
})
export const viewCountsOut = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      query: z.string(),
      isShared: z.boolean(),
      isOwn: z.boolean(),
      mayChange: z.boolean(),
      count: z.number(),
      capped: z.boolean(),
    }),
  ),
})
