import type { Timestamp, WithDefault } from './columns.ts'

export interface SavedViewsTable {
  id: string
  /** Which screen it opens, such as `bookings` or `action-center`. */
  screen: string
  name: string
  /** The query of the screen's address, without `?`. */
  query: string
  owner_id: string
  is_shared: WithDefault<boolean>
  version: WithDefault<number>
  created_at: Timestamp
  updated_at: Timestamp
}
