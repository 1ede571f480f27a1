import { z } from 'zod'
import { nothing } from '#server/trpc/init.ts'

export const dashboardInput = nothing

const count = z.object({
  count: z.number(),
  /** There are more than were counted: counting stops at MOST. */
  more: z.boolean(),
})
const states = z.array(count.extend({ status: z.string() }))
const perDay = z.array(z.number())

export const dashboardOut = z.object({
  /** The last fourteen days as dates of the agency's zone, oldest first; today is the last. */
  past: z.array(z.string()),
  /** Each by the day of `past`; null where this person may not read such rows. */
  inquiriesReceived: perDay.nullable(),
  bookingsMade: perDay.nullable(),
  exceptionsOpened: perDay.nullable(),
  /** Today and the thirteen days after it. */
  ahead: z.array(z.string()),
  /** Bookings by the day they start: sure ones, and those whose time is held or asked for. */
  bookingsAhead: z.object({ sure: perDay, open: perDay }).nullable(),
  /** What is under way, by status. */
  inquiries: states.nullable(),
  bookings: states.nullable(),
  tasksLate: count.nullable(),
})
export type DashboardOut = z.infer<typeof dashboardOut>
