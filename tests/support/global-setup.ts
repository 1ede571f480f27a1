import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { type EmbeddedServer, startEmbedded } from '#db/embedded.ts'
import { migrateToLatest } from '#db/migrator.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's own database. */
    adminUrl: string
    /** Database every test's own is copied from. */
    template: string
  }
}

const TEMPLATE = 'virel_template'

/** One PostgreSQL for the whole run, in a folder of its own, with a migrated database to copy. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'virel-test-'))
  const server: EmbeddedServer = await startEmbedded({ dataDir, throwaway: true })
  await withTemplate(server)
  project.provide('adminUrl', server.urlOf('postgres'))
  project.provide('template', TEMPLATE)
  return async () => {
    await server.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}

async function withTemplate(server: EmbeddedServer): Promise<void> {
  const { default: pg } = await import('pg')
  const admin = new pg.Client({ connectionString: server.urlOf('postgres') })
  await admin.connect()
  await admin.query(`create database ${TEMPLATE}`)
  await admin.end()
  await migrateToLatest(server.urlOf(TEMPLATE))
}
