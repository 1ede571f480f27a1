import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '#db/embedded.ts'
import { migrateToLatest } from '#db/migrator.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the server's own database. */
    adminUrl: string
    /** Database every test's own is copied from. */
    template: string
  }
}

/**
 * One PostgreSQL for the whole run, in a folder of its own, with a migrated database to copy. VIREL_TEST_POSTGRES names
 * another server instead (postgres://…/postgres, PostgreSQL 15 or newer, as a superuser).
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.VIREL_TEST_POSTGRES
  const { url, stop } = given ? { url: given, stop: async () => {} } : await throwawayServer()
  const template = `virel_template_${randomBytes(4).toString('hex')}`
  await run(url, `create database ${template}`)
  await migrateToLatest(databaseOf(url, template))
  project.provide('adminUrl', url)
  project.provide('template', template)
  return async () => {
    if (given) await run(url, `drop database ${template} with (force)`)
    await stop()
  }
}

async function throwawayServer(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'virel-test-'))
  const server = await startEmbedded({ dataDir, throwaway: true })
  return {
    url: server.urlOf('postgres'),
    async stop() {
      await server.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

function databaseOf(url: string, name: string): string {
  const address = new URL(url)
  address.pathname = `/${name}`
  return address.href
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
