import { type RawBuilder, sql } from 'kysely'

/** Whose traces are removed: the client and all that was merged into it, and what hangs on them. */
export interface Erased {
  clientId: string
  ref: string
  clientIds: readonly string[]
  /** Finds the person in free text; undefined when nothing is known to look for. */
  pattern: string | undefined
  /** Names that are theirs alone. */
  names: readonly string[]
  requestedBy: string | null
}

const inquiriesOf = ({ clientIds }: Erased) => sql`select id from inquiries where client_id = any(${clientIds}::uuid[])`
export const bookingsOf = ({ clientIds }: Erased) => sql`select id from bookings where client_id = any(${clientIds}::uuid[])`
const paymentsOf = (erased: Erased) => sql`select id from payments where booking_id in (${bookingsOf(erased)})`

/** Tasks or exceptions (alias `w`) that are about the person or one of their items. */
export const isAboutThem = (erased: Erased) =>
  sql<boolean>`(w.client_id = any(${erased.clientIds}::uuid[]) or w.entity_id = any(${erased.clientIds}::uuid[])
    or w.entity_id in (${inquiriesOf(erased)} union all ${bookingsOf(erased)} union all ${paymentsOf(erased)}))`
const workOf = (erased: Erased, table: 'tasks' | 'exceptions') =>
  sql`select w.id from ${sql.table(table)} w where ${isAboutThem(erased)}`

/** Everything that is theirs, by kind as notes, events and the audit log name it. */
export function theirs(erased: Erased): { entityType: string; ids: RawBuilder<unknown> }[] {
  return [
    { entityType: 'client', ids: sql`select unnest(${erased.clientIds}::uuid[])` },
    { entityType: 'inquiry', ids: inquiriesOf(erased) },
    { entityType: 'booking', ids: bookingsOf(erased) },
    { entityType: 'payment', ids: paymentsOf(erased) },
    { entityType: 'task', ids: workOf(erased, 'tasks') },
    { entityType: 'exception', ids: workOf(erased, 'exceptions') },
  ]
}

export const allTheirIds = (erased: Erased) =>
  sql.join(
    theirs(erased).map(({ ids }) => ids),
    sql` union all `,
  )
