import type { Tx } from '#server/transact.ts'
import type { Found } from './found.ts'

/** Calendars elsewhere that can't be read now. */
export async function staleCalendars(tx: Tx, modelIds: readonly string[]): Promise<Found[]> {
  const rows = await tx.run(
    tx.db
      .selectFrom('external_calendars as c')
      .innerJoin('models as m', 'm.id', 'c.model_id')
      .select(['c.id', 'c.name', 'c.model_id', 'c.stale_since', 'c.problem', 'c.read_at', 'm.name as model_name'])
      .where('c.model_id', 'in', modelIds)
      .where('c.state', '=', 'stale')
      .where('m.deleted_at', 'is', null),
  )
  return rows.map((row) => ({
    kind: 'stale_calendar',
    severity: 'medium',
    key: `calendar:${row.id}`,
    modelId: row.model_id,
    calendarId: row.id,
    from: row.stale_since,
    to: null,
    summary: `The calendar “${row.name}” of ${row.model_name} can not be read: her free time is uncertain`,
    expected: 'A calendar that answers',
    actual: row.problem ?? 'It does not answer.',
    fixes: [
      { key: 'read', label: 'Read it now', action: { kind: 'read_calendar', calendarId: row.id } },
      { key: 'see', label: `Open ${row.model_name}`, action: { kind: 'open', entity: 'model', id: row.model_id } },
    ],
  }))
}
