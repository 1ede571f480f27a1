import type { DB } from '#db/tables/index.ts'

/** A column of sealed texts, and the one that names its row in the place they are bound to. */
export interface SealedColumn {
  table: keyof DB
  column: string
  row: string
}

/** Everything the secret box has sealed into the database. What is missing here would be lost with the key before. */
export const SEALED_COLUMNS: readonly SealedColumn[] = [
  { table: 'calendar_feeds', column: 'sealed_token', row: 'model_id' },
  { table: 'client_erasures', column: 'identifiers', row: 'id' },
  { table: 'external_calendars', column: 'sealed_address', row: 'id' },
  { table: 'outgoing_messages', column: 'sealed_body', row: 'id' },
  { table: 'payments', column: 'sealed_client_secret', row: 'id' },
  { table: 'payments', column: 'sealed_token', row: 'id' },
  { table: 'second_factors', column: 'sealed_secret', row: 'user_id' },
]
