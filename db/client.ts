import {
  Kysely,
  type PostgresCursor,
  PostgresDialect,
  type PostgresPool,
  type PostgresPoolClient,
  type PostgresQueryResult,
} from 'kysely'
import pg from 'pg'
import type { DB } from './tables/index.ts'

// bigint (money in minor units, sequences) and numeric(2,1) fit a double exactly; constraints keep them far below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number)
pg.types.setTypeParser(pg.types.builtins.NUMERIC, Number)
// A date is a day on a wall calendar, 2026-12-25, and no instant of any zone.
pg.types.setTypeParser(pg.types.builtins.DATE, String)

export type Db = Kysely<DB>

export interface Database {
  db: Db
  pool: pg.Pool
  close(): Promise<void>
}

export interface DatabaseOptions {
  url: string
  max?: number
  /** Shown in pg_stat_activity. */
  name?: string
  onIdleError?: (error: Error) => void
}

/** Statement texts seen by this process; each gets a name, so a connection parses and plans it once. */
const statementNames = new Map<string, string>()
/** Texts beyond this run unnamed: lists with many filter combinations must not fill the server's memory. */
const MAX_NAMED_STATEMENTS = 1_000

/** The name a statement is prepared under, or undefined when it should run unnamed. */
export function statementName(text: string): string | undefined {
  let name = statementNames.get(text)
  if (name === undefined && statementNames.size < MAX_NAMED_STATEMENTS) {
    name = `v${statementNames.size}`
    statementNames.set(text, name)
  }
  return name
}

const PREPARABLE = /^\s*(select|with|insert|update|delete)\b/i

/** A client as Kysely sees it, with each statement prepared under its name. */
function prepared(client: pg.PoolClient, release: () => void): PostgresPoolClient {
  function query<R>(text: string, values: readonly unknown[]): Promise<PostgresQueryResult<R>>
  function query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>
  function query<R>(
    text: string | PostgresCursor<R>,
    values: readonly unknown[] = [],
  ): Promise<PostgresQueryResult<R>> | PostgresCursor<R> {
    // Cursors keep a portal open, which a pipelined connection can't do.
    if (typeof text !== 'string') throw new Error('cursors are not used: page through the rows')
    const name = PREPARABLE.test(text) ? statementName(text) : undefined
    return client.query<R & pg.QueryResultRow>({ name, text, values: [...values] }) as Promise<PostgresQueryResult<R>>
  }
  return { query, release }
}

const connectionDbs = new WeakMap<pg.PoolClient, Db>()

/** A Kysely whose queries all run on this one checked-out connection. */
export function kyselyOn(client: pg.PoolClient): Db {
  let db = connectionDbs.get(client)
  if (!db) {
    const pool: PostgresPool = { options: {}, connect: async () => prepared(client, () => {}), end: async () => {} }
    db = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) })
    connectionDbs.set(client, db)
  }
  return db
}

/**
 * Opens a pool and its Kysely. A connection waits at most 3 s for a lock and 15 s for a statement, so a stuck
 * neighbour becomes an error and not a hang. Connections are pipelined: BEGIN travels with the first statement and COMMIT with the last.
 */
export function openDatabase({ url, max = 20, name = 'virel', onIdleError }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max,
    application_name: name,
    pipeline: true,
    // Also the longest a request waits for its turn when all connections are busy; an unreachable server fails at once.
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 60_000,
    options: '-c lock_timeout=3000 -c statement_timeout=15000 -c idle_in_transaction_session_timeout=30000 -c timezone=UTC',
  })
  // An idle connection that breaks (server restart) must not end the process; the pool opens another.
  pool.on('error', (error) => onIdleError?.(error))
  // Nor must one that breaks while it is used: its queries fail with the error, which is where it is answered.
  pool.on('connect', (client) => client.on('error', () => {}))
  const kyselyPool: PostgresPool = {
    options: pool.options,
    connect: async () => {
      const client = await pool.connect()
      return prepared(client, () => client.release())
    },
    end: () => pool.end(),
  }
  const db = new Kysely<DB>({ dialect: new PostgresDialect({ pool: kyselyPool }) })
  let closed: Promise<void> | undefined
  return {
    db,
    pool,
    close() {
      // A Kysely that never ran a query has no driver to end the pool for it.
      closed ??= db.destroy().then(() => (pool.ended ? undefined : pool.end()))
      return closed
    },
  }
}
