import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import pino, { type Logger } from 'pino'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { type Actor, type Clock, type Faults, idsFrom, systemClock } from '#server/context.ts'
import { metricsText } from '#server/domains/system/index.ts'
import { createApp } from '#server/http/app.ts'
import { watchDatabase } from '#server/http/database-watch.ts'
import { listen } from '#server/http/listen.ts'
import { remixPages } from '#server/http/pages.ts'
import type { RequestRates } from '#server/http/request-limits.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'
import { createWaker } from '#server/outbox/wake.ts'
import { startHub } from '#server/realtime/index.ts'
import { TEST_SECRET } from '#tests/support/context.ts'
import type { TestDatabase } from './database.ts'

export interface Answer<T = Record<string, unknown>> {
  status: number
  headers: Headers
  body: T
}

export interface TestWeb {
  url: string
  /** A bearer token of a session of this user. */
  signIn(actor: Actor): Promise<string>
  /** One REST request below /api/v1; the body is sent as JSON. */
  rest<T = Record<string, unknown>>(
    method: string,
    path: string,
    options?: { token?: string; body?: unknown; headers?: Record<string, string> },
  ): Promise<Answer<T>>
  close(): Promise<void>
}

export interface WebOptions {
  clock?: Clock
  faults?: Faults
  log?: Logger
  /** As on production: who could do the most harm shows two factors. */
  requireSecondFactor?: boolean
  /** With the built screens. */
  screens?: boolean
  /** Known before, so that the address in links and passkeys is its own; else a free one, and they name another. */
  port?: number
  requestRates?: RequestRates
  openStreams?: number
  /** The address people use, when it is not http://localhost:3000. */
  appUrl?: string
  provider?: PaymentProvider
}

const BUILD = join(import.meta.dirname, '..', '..', 'build')

/** The web process as it runs, listening on a free port. */
export async function startWeb(
  database: TestDatabase,
  {
    clock = systemClock,
    faults,
    log = pino({ level: 'silent' }),
    screens = false,
    port: wanted,
    requestRates,
    openStreams,
    requireSecondFactor = false,
    provider,
    appUrl = `http://localhost:${wanted ?? 3000}`,
  }: WebOptions = {},
): Promise<TestWeb> {
  const sessions = createSessions(database.db, clock, { requireSecondFactor })
  const hub = startHub({ url: database.url, pool: database.pool, log })
  const watch = watchDatabase(database.url, log)
  const app = createApp({
    db: database.db,
    pool: database.pool,
    clock,
    rng: Math.random,
    ids: idsFrom(systemClock),
    log,
    sessions,
    hub,
    watch,
    wakeRelay: createWaker(database.pool),
    appUrl,
    secretKey: TEST_SECRET,
    secrets: createSecretBox([TEST_SECRET]),
    provider,
    trustedHops: 0,
    requestRates,
    openStreams,
    metrics: metricsText,
    faults,
    ...(screens
      ? {
          clientFiles: join(BUILD, 'client'),
          pages: remixPages(await import(pathToFileURL(join(BUILD, 'server', 'index.js')).href), 'production'),
        }
      : {}),
  })
  const { server, port } = await listen(app, wanted ?? 0, '127.0.0.1')
  const url = `http://${wanted === undefined ? '127.0.0.1' : 'localhost'}:${port}`
  return {
    url,
    async signIn(actor) {
      if (!actor.id) throw new Error('only users sign in')
      const { token } = await sessions.start(actor.id, { ip: null, agent: null })
      return token
    },
    async rest(method, path, { token, body, headers = {} } = {}) {
      const response = await fetch(`${url}/api/v1${path}`, {
        method,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: text === '' ? {} : JSON.parse(text) }
    },
    async close() {
      await hub.stop()
      await watch.stop()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        if ('closeAllConnections' in server) server.closeAllConnections()
      })
    },
  }
}
