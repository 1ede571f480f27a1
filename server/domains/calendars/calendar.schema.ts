import { z } from 'zod'
import { id, nullableTimestamp, text, timestamp, version } from '#server/trpc/fields.ts'

// --- inputs ----------------------------------------------------------------------------------------------------------

/** `id` is the model's. */
export const byModel = z.strictObject({ id })
export const byId = z.strictObject({ id, version })
export const setFeedInput = z.strictObject({ id, busyOnly: z.boolean().default(false) })

/** Where the calendar is: https and the public internet; `webcal://` is https by another name. The rest is checked when it is read. */
const address = z
  .string()
  .max(2_000, 'is too long')
  .transform((value) => value.trim().replace(/^webcals?:\/\//i, 'https://'))
  .refine((value) => {
    if (!URL.canParse(value)) return false
    const url = new URL(value)
    return url.protocol === 'https:' && url.username === '' && url.password === '' && url.hostname.includes('.')
  }, 'is an address such as https://calendar.example.com/private.ics')

export const addExternalInput = z.strictObject({ id, name: text(100, 1), address })
export type AddExternalInput = z.output<typeof addExternalInput>
export const updateExternalInput = z.strictObject({ id, version, name: text(100, 1).optional(), address: address.optional() })
export type UpdateExternalInput = z.output<typeof updateExternalInput>

// --- outputs ---------------------------------------------------------------------------------------------------------

export const feedOut = z.object({
  busyOnly: z.boolean(),
  /** The secret address: told by GET to who manages calendars, else null. */
  address: z.string().nullable(),
  lastReadAt: nullableTimestamp,
  createdAt: timestamp,
  version: z.number(),
})
export const externalCalendarOut = z.object({
  id: z.string(),
  modelId: z.string(),
  name: z.string(),
  /** Of its address; the rest is a secret of hers and is not shown again. */
  host: z.string(),
  /** new: not read yet. fresh: as of readAt. stale: could not be read since staleSince, her time is neither free nor full. */
  state: z.enum(['new', 'fresh', 'stale']),
  staleSince: nullableTimestamp,
  problem: z.string().nullable(),
  triedAt: nullableTimestamp,
  readAt: nullableTimestamp,
  nextReadAt: timestamp,
  busyCount: z.number(),
  version: z.number(),
})
export const modelCalendarsOut = z.object({ feed: feedOut.nullable(), external: z.array(externalCalendarOut) })
export type ModelCalendarsOut = z.input<typeof modelCalendarsOut>
