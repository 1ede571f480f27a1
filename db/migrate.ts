import { loadDotEnv, parseEnv, SettingError } from '#server/env.ts'
import { migrateToLatest } from './migrator.ts'

/** `npm run migrate`: brings the database of DATABASE_URL to the newest schema. May run several times at once. */

function databaseUrl(): string {
  loadDotEnv()
  const url = parseEnv(process.env).DATABASE_URL
  if (!url) throw new SettingError('The setting DATABASE_URL is missing: name the PostgreSQL (15 or newer) to migrate.')
  return url
}

try {
  const names = await migrateToLatest(databaseUrl())
  for (const name of names) console.log(`ran ${name}`)
  console.log(names.length === 0 ? 'The database is up to date.' : `The database is up to date: ${names.length} migrations ran.`)
} catch (error) {
  console.error(error instanceof SettingError ? error.message : error)
  process.exitCode = 1
}
