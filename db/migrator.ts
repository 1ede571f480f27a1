import { promises as fs } from 'node:fs'
import path from 'node:path'
import { runMigrations } from 'graphile-worker'
import { Kysely, PostgresDialect } from 'kysely'
import { FileMigrationProvider, Migrator } from 'kysely/migration'
import pg from 'pg'
import { syncReferenceData } from '#server/reference-data.ts'
import type { Db } from './client.ts'
import type { DB } from './tables/index.ts'

const FOLDER = path.join(import.meta.dirname, 'migrations')
/** Any number that nothing else in the database uses; graphile-worker's and Kysely's own locks have others. */
const MIGRATE_LOCK = 8_473_001

/**
 * Brings a database to the newest schema: our migrations, graphile-worker's, and what code defines (lifecycles,
 * permissions, system roles). Several processes may do it at once: one works, the others wait for it and then find
 * nothing to do. Returns the names of the migrations that were run.
 */
export async function migrateToLatest(url: string): Promise<string[]> {
  // Its own connection, without the pool's limits: the wait for another process may take as long as its migration.
  const lock = new pg.Client({ connectionString: url, application_name: 'virel-migrate-lock' })
  lock.on('error', () => {})
  await lock.connect()
  try {
    await lock.query('set lock_timeout = 0; set statement_timeout = 0; set idle_session_timeout = 0')
    await lock.query('select pg_advisory_lock($1)', [MIGRATE_LOCK])
    return await migrate(url)
  } finally {
    await lock.end().catch(() => {})
  }
}

async function migrate(url: string): Promise<string[]> {
  const pool = new pg.Pool({
    connectionString: url,
    max: 2,
    application_name: 'virel-migrate',
    // A statement may take long (an index on a large table), but never stands in line for a lock with everyone behind it.
    options: '-c statement_timeout=0 -c lock_timeout=5000 -c timezone=UTC',
  })
  // A connection that breaks fails its statement, which says so; these keep it from ending the process as well.
  const lost = () => {}
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  const db: Db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
  try {
    const migrator = new Migrator({ db, provider: new FileMigrationProvider({ fs, path, migrationFolder: FOLDER }) })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    await runMigrations({ pgPool: pool })
    await syncReferenceData(db)
    return (results ?? []).filter((result) => result.status === 'Success').map((result) => result.migrationName)
  } finally {
    await db.destroy()
  }
}
