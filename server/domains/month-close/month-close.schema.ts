import { z } from 'zod'
import { month, nullableTimestamp, person } from '#server/trpc/fields.ts'

export const monthsInput = z.strictObject({ limit: z.coerce.number().int().min(1).max(120).default(24) })
export const closeMonthInput = z.strictObject({ month })

const check = z.object({ code: z.string(), text: z.string(), count: z.number(), blocks: z.boolean() })
export const monthOut = z.object({
  month: z.string(),
  transactions: z.number(),
  /** By currency: earned in the month, and paid to models of it. */
  revenue: z.array(z.object({ amount: z.number(), currency: z.string() })),
  closedAt: nullableTimestamp,
  closedBy: person.nullable(),
  /** The one to be closed next. */
  next: z.boolean(),
  checks: z.array(check),
})
export const monthsOut = z.object({ items: z.array(monthOut), zone: z.string(), current: z.string() })
