import { z } from 'zod'
import { contactAccessOut } from '#server/auth/reveal-contact.ts'
import { noteOut } from '#server/domains/notes/index.ts'
import {
  email,
  id,
  listOf,
  optional,
  pageInput,
  person,
  phone,
  piiEmail,
  piiName,
  piiPhone,
  piiText,
  q,
  text,
  timestamp,
  version,
} from '#server/trpc/fields.ts'

const CHANNELS = ['email', 'phone', 'sms', 'whatsapp', 'telegram'] as const
export const channel = z.enum(CHANNELS)
export const MAX_TAGS = 20
const tag = text(40, 1).transform((value) => value.toLowerCase())
const tags = z
  .array(tag)
  .max(MAX_TAGS, `may have at most ${MAX_TAGS} tags`)
  .transform((list) => [...new Set(list)])

/** An empty form field or null takes the value away; left out it stays. */
function clearable<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' ? null : value), schema.nullable().optional())
}

// --- inputs ----------------------------------------------------------------------------------------------------------

export const listClientsInput = z.strictObject({
  ...pageInput,
  q,
  tag: optional(tag),
  sort: z.enum(['createdAt', '-createdAt', 'name', '-name']).default('-createdAt'),
})
export type ListClientsInput = z.output<typeof listClientsInput>

export const createClientInput = z.strictObject({
  name: text(200, 1),
  email: optional(email),
  phone: optional(phone),
  preferredChannel: optional(channel),
  tags: tags.default([]),
  about: text(10_000).default(''),
})

export const updateClientInput = z.strictObject({
  id,
  version,
  name: text(200, 1).optional(),
  email: clearable(email),
  phone: clearable(phone),
  preferredChannel: channel.optional(),
  tags: tags.optional(),
  about: text(10_000).optional(),
})
export type UpdateClientInput = z.output<typeof updateClientInput>

export const mergeClientsInput = z.strictObject({
  /** The survivor. */
  id,
  mergedIds: z.array(id).min(1).max(10),
})
export const unmergeClientInput = z.strictObject({ id, mergedId: id })
export const byId = z.strictObject({ id })

// --- outputs ---------------------------------------------------------------------------------------------------------

const listFields = {
  id: z.string(),
  ref: z.string(),
  /** A client has no lifecycle: active, merged into another, or erased, which leaves a pseudonym. */
  status: z.enum(['active', 'merged', 'erased']),
  version: z.number(),
  createdAt: timestamp,
  updatedAt: timestamp,
  name: piiName(),
  email: piiEmail(),
  phone: piiPhone(),
  preferredChannel: channel,
  tags: z.array(z.string()),
}
export const clientListItem = z.object(listFields)
export const clientList = listOf(clientListItem)

const duplicate = z.object({
  id: z.string(),
  ref: z.string(),
  name: piiName(),
  tags: z.array(z.string()),
  /** Strongest first. */
  reasons: z.array(z.enum(['same_phone', 'same_email', 'similar_name'])),
})
export const duplicatesOut = z.object({ items: z.array(duplicate) })
export type Duplicate = z.input<typeof duplicate>

const historyItem = z.object({
  id: z.string(),
  ref: z.string(),
  status: z.string(),
  createdAt: timestamp,
})
const merge = z.object({
  mergedId: z.string(),
  mergedRef: z.string(),
  mergedName: piiName(),
  at: timestamp,
  by: person.nullable(),
  /** How many items it moved. */
  moved: z.number(),
})

export const clientOut = z.object({
  ...listFields,
  contactAccess: contactAccessOut,
  about: piiText(),
  mergedInto: z.object({ id: z.string(), ref: z.string() }).nullable(),
  /** The last 50 of each that this person may see. */
  inquiries: z.array(historyItem.extend({ subject: piiText(), source: z.string() })),
  bookings: z.array(
    historyItem.extend({
      start: timestamp,
      end: timestamp,
      model: z.object({ id: z.string(), name: z.string() }),
      location: z.object({ slug: z.string(), title: z.string(), zone: z.string() }),
      price: z.object({ amount: z.number(), currency: z.string() }),
    }),
  ),
  notes: z.array(noteOut),
  merges: z.array(merge),
  duplicates: z.array(duplicate),
})
export type ClientOut = z.input<typeof clientOut>

/** Current values in the answer to a stale write: masked as anywhere else. */
export const changedOut = z.object({
  name: piiName().optional(),
  email: piiEmail().optional(),
  phone: piiPhone().optional(),
  preferredChannel: channel.optional(),
  tags: z.array(z.string()).optional(),
  about: piiText().optional(),
})
