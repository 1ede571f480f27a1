import { createAdaptorServer, type ServerType } from '@hono/node-server'
import type { Hono } from 'hono'
import type { AppEnv } from './app-env.ts'

/**
 * Connections the system may hold until they are accepted. Node's default of 511 makes a thousand clients at once
 * wait a second for their second attempt; the system caps this at its own somaxconn.
 */
const BACKLOG = 4_096

/** Listens; resolves with the port when it does. Port 0 takes a free one. */
export function listen(app: Hono<AppEnv>, port: number, hostname: string): Promise<{ server: ServerType; port: number }> {
  const server = createAdaptorServer({ fetch: app.fetch })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ port, host: hostname, backlog: BACKLOG }, () => {
      server.off('error', reject)
      const address = server.address()
      resolve({ server, port: typeof address === 'object' && address ? address.port : port })
    })
  })
}
