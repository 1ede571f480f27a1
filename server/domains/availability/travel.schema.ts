import { z } from 'zod'
import { code, pageInput } from '#server/trpc/fields.ts'

export const listTravelInput = z.strictObject({
  ...pageInput,
  limit: z.coerce.number().int().min(1).max(500).default(200),
  /** Slug of the place it goes from. */
  from: code.optional(),
})
export type ListTravelInput = z.output<typeof listTravelInput>

/** Minutes of the way from a place to others; null takes the table's entry away and leaves the estimate. */
export const setTravelInput = z.strictObject({
  from: code,
  to: code,
  minutes: z.number().int('is a whole number of minutes').min(0).max(1440).nullable(),
  /** The way back takes as long. */
  bothWays: z.boolean().default(true),
})
export type SetTravelInput = z.output<typeof setTravelInput>

const place = z.object({ slug: z.string(), title: z.string() })
export const travelList = z.object({
  items: z.array(
    z.object({
      from: place,
      to: place,
      /** What counts: the table's minutes, else the estimate. */
      minutes: z.number(),
      estimate: z.number(),
      isSet: z.boolean(),
      km: z.number(),
    }),
  ),
  nextCursor: z.string().nullable(),
  prevCursor: z.string().nullable(),
})
export const travelSet = z.object({ from: z.string(), to: z.string(), minutes: z.number().nullable(), bothWays: z.boolean() })
