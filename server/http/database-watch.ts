import pg from 'pg'
import type { Logger } from 'pino'

/** Knows whether the database can be reached, without asking it for each request. */
export interface DatabaseWatch {
  isUp(): boolean
  /** Asks now; false when it can't be reached. */
  check(): Promise<boolean>
  /** Someone's query just failed for want of a connection: believe it, and look. */
  suspect(): void
  stop(): Promise<void>
}

const EVERY_MS = 1_000
const PATIENCE_MS = 1_500

/**
 * Keeps one connection of its own and asks it each second. A broken connection means down at once; the next answer
 * means up again. So requests get 503 immediately while the database is away and are served the second it is back.
 */
export function watchDatabase(url: string, log: Logger): DatabaseWatch {
  let up = true
  let client: pg.Client | undefined
  let stopped = false
  let checking: Promise<boolean> | undefined
  let timer: NodeJS.Timeout | undefined

  function mark(next: boolean, why?: Error) {
    if (up === next) return
    up = next
    if (next) log.info('database is back')
    else log.error({ err: why }, 'database is away')
  }

  function drop(why: Error) {
    const broken = client
    client = undefined
    broken?.end().catch(() => {})
    mark(false, why)
  }

  async function ask(): Promise<boolean> {
    try {
      if (!client) {
        const fresh = new pg.Client({
          connectionString: url,
          application_name: 'virel-watch',
          connectionTimeoutMillis: PATIENCE_MS,
          query_timeout: PATIENCE_MS,
        })
        fresh.on('error', (error) => {
          if (client === fresh) drop(error)
        })
        await fresh.connect()
        client = fresh
      }
      await client.query('select 1')
      mark(true)
    } catch (error) {
      drop(error instanceof Error ? error : new Error(String(error)))
    }
    return up
  }

  function check(): Promise<boolean> {
    checking ??= ask().finally(() => {
      checking = undefined
    })
    return checking
  }

  function plan() {
    if (stopped) return
    timer = setTimeout(() => {
      check().finally(plan)
    }, EVERY_MS)
    timer.unref()
  }
  check().finally(plan)

  return {
    isUp: () => up,
    check,
    suspect() {
      check().catch(() => {})
    },
    async stop() {
      stopped = true
      clearTimeout(timer)
      await checking
      const last = client
      client = undefined
      await last?.end().catch(() => {})
    },
  }
}
