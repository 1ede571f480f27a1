import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest'
import { type Database, openDatabase } from '#db/client.ts'

export interface TestDatabase extends Database {
  url: string
  name: string
  /** Closes the pool and drops the database. */
  drop(): Promise<void>
}

async function admin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('adminUrl') })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

/** A database of one's own, copied from the migrated template in some tens of milliseconds. */
export async function createTestDatabase({ max = 20 } = {}): Promise<TestDatabase> {
  const name = `t_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name} template ${inject('template')} strategy file_copy`)
  const url = inject('adminUrl').replace(/\/postgres$/, `/${name}`)
  const database = openDatabase({ url, max, name: 'virel-test' })
  return {
    ...database,
    url,
    name,
    async drop() {
      await database.close()
      await admin(`drop database if exists ${name} with (force)`)
    },
  }
}

/** One database for the tests of a file (or describe); read it inside tests. */
export function testDatabase(options?: { max?: number }): () => TestDatabase {
  let database: TestDatabase | undefined
  beforeAll(async () => {
    database = await createTestDatabase(options)
  })
  afterAll(async () => {
    await database?.drop()
  })
  return () => {
    if (!database) throw new Error('the test database is there only inside tests')
    return database
  }
}

/** An empty database, not migrated, dropped with the test. */
export async function createEmptyDatabase(): Promise<{ url: string }> {
  const name = `e_${randomBytes(6).toString('hex')}`
  await admin(`create database ${name}`)
  onTestFinished(() => admin(`drop database if exists ${name} with (force)`))
  return { url: inject('adminUrl').replace(/\/postgres$/, `/${name}`) }
}
