import parsePhoneNumber from 'libphonenumber-js/max'
import { z } from 'zod'

/** The building blocks of every input and output: one meaning of text, money, time and personal data. */

const CONTROL = /[\p{Cc}--[\t\n\r]]/v

/** One or more lines of text: trimmed, well-formed Unicode, no control characters. */
export function text(max: number, min = 0) {
  return z
    .string()
    .refine((value) => value.isWellFormed(), 'contains broken Unicode')
    .refine((value) => !CONTROL.test(value), 'contains control characters')
    .transform((value) => value.trim().normalize('NFC'))
    .pipe(
      z
        .string()
        .min(min, min === 1 ? 'is needed' : `needs at least ${min} characters`)
        .max(max, `may have at most ${max} characters`),
    )
}

export const id = z.uuid('is not an id')
export const code = z
  .string()
  .max(80)
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is a lower-case code such as "dinner-date"')

const EARLIEST = Date.UTC(2000, 0, 1)
const LATEST = Date.UTC(2100, 0, 1)
/** An instant: ISO 8601 with an offset or Z; parsed to Date. Years 2000–2099. */
export const instant = z
  .string()
  .max(40, { abort: true })
  // Aborts: what compares two instants later must not meet a text.
  .pipe(z.iso.datetime({ offset: true, abort: true, error: 'is a time in ISO 8601 with a zone, such as 2026-12-25T19:00:00Z' }))
  .transform((value) => new Date(value))
  .refine((value) => value.getTime() >= EARLIEST && value.getTime() < LATEST, 'lies outside 2000–2099')

/** A calendar month of the books: 2026-11. */
export const month = z.string().regex(/^20\d\d-(0[1-9]|1[0-2])$/, 'is a month such as 2026-11')

/** An instant that may have been parsed already: metadata of a step is read at the border and again by its domain. */
export const parsedInstant = z.union([z.date(), instant])

/** The largest single sum Virel handles: £1,000,000.00. */
export const MAX_AMOUNT = 100_000_000
export const currency = z.string().regex(/^[A-Z]{3}$/, 'is an ISO 4217 code such as GBP')
/** Money in minor units: { amount: 25000, currency: 'GBP' } is £250.00. */
export const money = z.strictObject({
  amount: z
    .number('is a whole number of minor units (pence)')
    .int('is a whole number of minor units (pence)')
    .min(0, 'may not be negative')
    .max(MAX_AMOUNT, 'is more than Virel handles'),
  currency: currency.default('GBP'),
})
export const positiveMoney = money.refine((value) => value.amount > 0, { message: 'must be more than zero', path: ['amount'] })

export const email = z
  .string()
  .transform((value) => value.trim().toLowerCase())
  .pipe(z.email('is not an email address').max(254))
/** Any spelling with country code, or a British number; kept as E.164. */
export const phone = z
  .string()
  .max(40, 'is too long for a phone number')
  .transform((value, check) => {
    const parsed = parsePhoneNumber(value, 'GB')
    if (!parsed?.isPossible()) {
      check.addIssue({
        code: 'custom',
        message: 'is not a phone number; write it with its country code, such as +44 7700 900123',
      })
      return z.NEVER
    }
    return parsed.number as string
  })

/** Empty form fields and explicit nulls mean "not given". */
export function optional<T extends z.ZodType>(schema: T) {
  return z.preprocess((value) => (value === '' || value === null ? undefined : value), schema.optional())
}

// --- lists -----------------------------------------------------------------------------------------------------------

export const pageInput = {
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(500).optional(),
}
/** A comma-separated or repeated filter: `?status=new,qualified`. */
export function oneOrMore<T extends z.ZodType>(item: T) {
  return z.preprocess(
    (value) => (typeof value === 'string' ? value.split(',').filter(Boolean) : value),
    z.array(item).min(1).max(20).optional(),
  )
}
export const flag = z.preprocess(
  (value) => (value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : value),
  z.boolean().optional(),
)
/** `me`, `none`, or a user's id. */
export const assigneeFilter = z.union([z.literal('me'), z.literal('none'), id]).optional()
export const q = z
  .string()
  .max(200)
  .refine((value) => value.isWellFormed() && !CONTROL.test(value), 'contains characters that can not be searched')
  .transform((value) => value.trim())
  .optional()

export function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable(), prevCursor: z.string().nullable() })
}

// --- outputs ---------------------------------------------------------------------------------------------------------

/** ISO 8601 in UTC, from a Date. */
export const timestamp = z.date().transform((value) => value.toISOString())
export const nullableTimestamp = z
  .date()
  .nullable()
  .transform((value) => (value === null ? null : value.toISOString()))

export type PiiKind = 'name' | 'email' | 'phone' | 'text' | 'reference' | 'record'
/** Which output fields hold personal data; the masking layer reads it. */
export const piiRegistry = z.registry<{ pii: PiiKind }>()
function pii<T extends z.ZodType>(kind: PiiKind, schema: T): T {
  piiRegistry.add(schema, { pii: kind })
  return schema
}
export const piiName = () => pii('name', z.string())
export const piiEmail = () => pii('email', z.string().nullable())
export const piiPhone = () => pii('phone', z.string().nullable())
/** Free text a client or operator wrote: may name anyone. */
export const piiText = () => pii('text', z.string())
export const piiTextOrNull = () => pii('text', z.string().nullable())
/** What a payer wrote on a transfer: mostly their name; finance needs it whole. */
export const piiReference = () => pii('reference', z.string().nullable())
/** Fields of any entity as audit keeps them, contact data among them: whole only for who may see contact and text. */
export const piiFieldsOrNull = () => pii('record', z.record(z.string(), z.unknown()).nullable())
/** Details of an exception: any field may hold personal data. */
export const piiRecord = () => pii('text', z.record(z.string(), z.unknown()))

export const person = z.object({ id: z.string(), name: z.string() })
export const possibleTransition = z.object({
  event: z.string(),
  to: z.string(),
  label: z.string(),
  needs: z.array(z.string()),
  refusedBy: z.object({ rule: z.string(), text: z.string() }).optional(),
})
export const transitionOut = z.object({ from: z.string(), to: z.string(), at: timestamp, by: z.string() })
export const statusInput = {
  newStatus: z.string().min(1).max(40),
  reason: optional(text(500)),
}
/** Optimistic concurrency: the version the change was made on. */
export const version = z.coerce.number().int().min(1).max(2_147_483_647).optional()
