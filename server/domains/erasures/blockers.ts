import { sql } from 'kysely'
import type { Db } from '#db/client.ts'

export interface Blocker {
  entityType: 'inquiry' | 'booking'
  id: string
  ref: string
  status: string
}

/** What still runs for these clients: bookings and inquiries that have not come to an end. */
export async function findBlockers(db: Db, clientIds: readonly string[]): Promise<Blocker[]> {
  const { rows } = await sql<Blocker>`
    select 'booking' as "entityType", id, ref, status from bookings
      where client_id = any(${clientIds}::uuid[]) and deleted_at is null
        and status not in (select status from lifecycle_states where machine = 'booking' and is_final)
    union all
    select 'inquiry', id, ref, status from inquiries
      where client_id = any(${clientIds}::uuid[]) and deleted_at is null
        and status not in (select status from lifecycle_states where machine = 'inquiry' and is_final)
    order by 1, 3 limit 50`.execute(db)
  return rows
}
