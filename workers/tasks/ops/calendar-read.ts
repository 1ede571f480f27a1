import { readCalendar } from '#server/domains/calendars/index.ts'
import type { Handler } from '#workers/task.ts'

export const calendarRead: Handler<'calendar-read'> = async (ctx, { calendarId }) => {
  await readCalendar(ctx, calendarId)
}
