import { promises as fs } from 'node:fs'
import path from 'node:path'
import { runMigrations } from 'graphile-worker'
import { FileMigrationProvider, Migrator } from 'kysely/migration'
import { syncReferenceData } from '#server/reference-data.ts'
import { openDatabase } from './client.ts'

const FOLDER = path.join(import.meta.dirname, 'migrations')

/**
 * Brings a database to the newest schema: our migrations, graphile-worker's, and what code defines (lifecycles,
 * permissions, system roles). Several processes may do it at once: Kysely's migrator takes a lock. Returns the names
 * of the migrations that were run.
 */
export async function migrateToLatest(url: string): Promise<string[]> {
  const database = openDatabase({ url, max: 2, name: 'virel-migrate' })
  try {
    const migrator = new Migrator({ db: database.db, provider: new FileMigrationProvider({ fs, path, migrationFolder: FOLDER }) })
    const { error, results } = await migrator.migrateToLatest()
    if (error) throw error
    await runMigrations({ connectionString: url })
    await syncReferenceData(database.db)
    return (results ?? []).map((result) => result.migrationName)
  } finally {
    await database.close()
  }
}
