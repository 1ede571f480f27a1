import type { SecretPlace } from '#server/auth/secret-box.ts'

/** Where the token of a model's feed is sealed. */
export function feedPlace(modelId: string): SecretPlace {
  return { table: 'calendar_feeds', column: 'sealed_token', row: modelId }
}

/** Where the address of an external calendar is sealed. */
export function addressPlace(calendarId: string): SecretPlace {
  return { table: 'external_calendars', column: 'sealed_address', row: calendarId }
}
