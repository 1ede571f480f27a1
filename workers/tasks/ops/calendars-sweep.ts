import { findDueCalendars } from '#server/domains/calendars/index.ts'
import { enqueue } from '#workers/enqueue.ts'
import type { Handler } from '#workers/task.ts'

const MOST = 500

/** A job for each calendar whose time has come; one that is waiting already is not doubled. */
export const calendarsSweep: Handler<'calendars-sweep'> = async (ctx) => {
  const due = await findDueCalendars(ctx, MOST)
  await enqueue(
    ctx.pool,
    due.map((calendarId) => ({ task: 'calendar-read' as const, payload: { calendarId }, key: `calendar:${calendarId}:read` })),
  )
}
