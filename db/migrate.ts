import { readEnv } from '#server/env.ts'
import { migrateToLatest } from './migrator.ts'

const env = readEnv({ secret: false })
const done = await migrateToLatest(env.DATABASE_URL)
process.stdout.write(done.length === 0 ? 'The database is up to date.\n' : `Migrated: ${done.join(', ')}\n`)
