import { readableModels } from '#server/domains/models/index.ts'
import { notFound } from '#server/errors.ts'
import type { Tx } from '#server/transact.ts'

export interface CalendarModel {
  id: string
  public_code: string
  name: string
}

/** The model whose calendars are changed, kept from being changed at the same time. Throws `not_found`. */
export async function lockModelOfCalendars(tx: Tx, id: string): Promise<CalendarModel> {
  const [model] = await tx.run(
    tx.db
      .selectFrom('models as m')
      .select(['m.id', 'm.public_code', 'm.name'])
      .where('m.id', '=', id)
      .where(readableModels(tx.ctx))
      .forNoKeyUpdate('m'),
  )
  if (!model) throw notFound('model')
  return model
}

/** What happened to her calendars, told to screens of the model and to what compares calendars with bookings. */
export function tellOfCalendar(
  tx: Tx,
  model: Pick<CalendarModel, 'id' | 'public_code'>,
  read?: { calendarId: string; at: Date },
): void {
  tx.event({
    type: 'model.calendar_changed',
    entityType: 'model',
    entityId: model.id,
    entityRef: model.public_code,
    payload: read ? { calendarId: read.calendarId } : {},
    timers: read
      ? [
          {
            key: `calendar:${read.calendarId}:read`,
            task: 'calendar-read',
            runAt: read.at.toISOString(),
            payload: { calendarId: read.calendarId },
          },
        ]
      : undefined,
  })
}
