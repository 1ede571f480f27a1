import type { ServerType } from '@hono/node-server'
import type { Logger } from 'pino'

/** How long requests under way may take to finish. */
const PATIENCE_MS = 15_000

/**
 * On SIGTERM, SIGINT or the end of the parent process: takes no new connection, lets requests under way finish, ends
 * live feeds (their clients come back elsewhere and resume), then closes the rest and exits.
 */
export function drain(
  server: ServerType,
  log: Logger,
  { feeds, rest }: { feeds: () => Promise<void>; rest: () => Promise<void> },
): void {
  let draining = false
  const stop = (why: string) => {
    if (draining) return
    draining = true
    log.info({ why }, 'draining')
    const late = setTimeout(() => {
      log.warn('requests took too long; closing anyway')
      if ('closeAllConnections' in server) server.closeAllConnections()
    }, PATIENCE_MS)
    late.unref()
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    feeds()
      .then(() => closed)
      .then(rest)
      .catch((error: unknown) => log.error({ err: error }, 'closing failed'))
      .finally(() => process.exit(0))
  }
  process.on('SIGTERM', () => stop('SIGTERM'))
  process.on('SIGINT', () => stop('SIGINT'))
  // Started by a supervisor: without it nobody would restart or stop us.
  if (process.send) process.on('disconnect', () => stop('the supervisor is gone'))
  server.on('error', (error: NodeJS.ErrnoException) => log.error({ err: error }, 'the server reported an error'))
}
