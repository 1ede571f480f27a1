import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import type { AppEnv } from './app-env.ts'

/**
 * Connections the system may hold until they are accepted. Node's default of 511 makes a thousand clients at once
 * wait a second for their second attempt; the system caps this at its own somaxconn.
 */
const BACKLOG = 4_096

/**
 * How long a sender may take: for the head of a request, and for all of it with its body (1 MB at most). Whoever is slower
 * is answered 408 and cut off, so that held-open halves of requests can't use up the connections.
 */
const PATIENCE = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 }

/** Listens; resolves with the port when it does. Port 0 takes a free one. */
export function listen(
  app: Hono<AppEnv>,
  port: number,
  hostname: string,
  patience = PATIENCE,
): Promise<{ server: ServerType; port: number }> {
  const server = createAdaptorServer({ fetch: app.fetch, serverOptions: { maxHeaderSize: 16_384, ...patience } })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: hostname, backlog: BACKLOG }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({ server, port: typeof address === 'object' && address ? address.port : port })
    })
  })
}
