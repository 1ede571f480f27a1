import { z } from 'zod'
import {
  id,
  nullableTimestamp,
  oneOrMore,
  person,
  piiEmail,
  piiName,
  piiPhone,
  piiReference,
  piiTextOrNull,
  q,
  timestamp,
} from '#server/trpc/fields.ts'
import { SEARCH_KINDS } from './search.policy.ts'

export const kind = z.enum(SEARCH_KINDS)
const asked = q.unwrap().pipe(z.string().max(200))

export const searchInput = z.strictObject({
  q: asked,
  /** Only these kinds. */
  kinds: oneOrMore(kind),
  /** Rows of each kind. */
  limit: z.coerce.number().int().min(1).max(20).default(6),
})
export type SearchInput = z.output<typeof searchInput>

export const searchKindInput = z.strictObject({
  q: asked,
  kind,
  assignedTo: z.enum(['me', 'none']).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The id of the last row of the page before. */
  cursor: id.optional(),
})
export type SearchKindInput = z.output<typeof searchKindInput>

const hit = z.object({
  id: z.string(),
  ref: z.string(),
  kind,
  status: z.string(),
  createdAt: timestamp,
  client: z.object({ id: z.string(), ref: z.string(), name: piiName() }).nullable(),
  /** Of clients. */
  email: piiEmail(),
  phone: piiPhone(),
  tags: z.array(z.string()),
  model: z.object({ id: z.string(), name: z.string(), publicCode: z.string() }).nullable(),
  place: z.object({ title: z.string(), zone: z.string() }).nullable(),
  start: nullableTimestamp,
  subject: piiTextOrNull(),
  /** Of a task, exception or payment; the source of an inquiry. */
  type: z.string().nullable(),
  /** Priority or severity. */
  urgency: z.string().nullable(),
  about: z.object({ type: z.string(), id: z.string(), ref: z.string().nullable() }).nullable(),
  reference: piiReference(),
  amount: z.object({ amount: z.number(), currency: z.string() }).nullable(),
  assignee: person.nullable(),
})
export type Hit = z.input<typeof hit>

/** Words that were looked for instead, when nothing had what was typed. */
const corrected = z.array(z.string()).nullable()

export const searchOut = z.object({
  corrected,
  groups: z.array(
    z.object({
      kind,
      items: z.array(hit),
      /** At most 100; with `isCapped` there are more than that. */
      total: z.number(),
      isCapped: z.boolean(),
      /** There are more than these. */
      more: z.boolean(),
    }),
  ),
})
export const searchKindOut = z.object({ corrected, items: z.array(hit), nextCursor: z.string().nullable() })
