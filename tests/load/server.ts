import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import pg from 'pg'
import pino from 'pino'
import { openDatabase } from '#db/client.ts'
import { createSecretBox } from '#server/auth/secret-box.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { idsFrom, systemClock } from '#server/context.ts'
import { createApp } from '#server/http/app.ts'
import { watchDatabase } from '#server/http/database-watch.ts'
import { remixPages } from '#server/http/pages.ts'
import { startRelay } from '#server/outbox/relay.ts'
import { createWaker } from '#server/outbox/wake.ts'
import { startHub } from '#server/realtime/index.ts'
import { type ListRow, listItem } from './list-item.ts'
import { insertRawBooking } from './raw-booking.ts'
import type { ServerKind } from './servers.ts'

/** One server of a benchmark, by name: the product, or the least that could answer the same. Its settings are in the environment. */

const url = process.env.BENCH_URL ?? ''
const log = pino({ level: 'warn' })
const ids = idsFrom(systemClock)
/** As many as the product's web process has. */
const CONNECTIONS = 20

/** The built screens, for who measures pages; else the benchmark's server answers the API alone. */
async function screens() {
  if (!process.env.BENCH_SCREENS) return {}
  const build = join(import.meta.dirname, '..', '..', 'build')
  return {
    clientFiles: join(build, 'client'),
    pages: remixPages(await import(pathToFileURL(join(build, 'server', 'index.js')).href), 'production'),
  }
}

async function product(): Promise<void> {
  const database = openDatabase({ url, max: CONNECTIONS })
  const hub = startHub({ url, pool: database.pool, log })
  const app = createApp({
    db: database.db,
    pool: database.pool,
    clock: systemClock,
    rng: Math.random,
    ids,
    log,
    sessions: createSessions(database.db, systemClock),
    hub,
    watch: watchDatabase(url, log),
    wakeRelay: createWaker(database.pool),
    appUrl: 'http://localhost:3000',
    secretKey: 'bench'.repeat(8),
    secrets: createSecretBox(['bench'.repeat(8)]),
    trustedHops: 0,
    // One person asks here as a thousand would.
    requestRates: { user: 10_000_000, key: 10_000_000, stranger: 10_000_000 },
    ...(await screens()),
  })
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }))
}

/** The same rows for the same request, and nothing around it. */
function bareHttp(): void {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = JSON.parse(Buffer.concat(chunks).toString())
      insertRawBooking(pool, ids, { ...body, start: new Date(body.start), end: new Date(body.end) }).then(
        (id) => answer(response, 201, JSON.stringify({ ...body, id, status: 'draft' })),
        (error: Error) => answer(response, 500, error.message),
      )
    })
  })
  server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }))
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
  response.end(text)
}

/** The list's own query, its rows as the list's own bytes. */
function bareHono(): void {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS })
  const { text, values, rest } = JSON.parse(process.env.BENCH_LIST ?? '{}')
  const app = new Hono()
  app.get('/list', async (c) => {
    const { rows } = await pool.query<ListRow>({ name: 'bench_list', text, values })
    return c.json({ items: rows.slice(0, 50).map(listItem), ...rest })
  })
  serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => process.send?.({ port }))
}

/** NOTIFY in, server-sent events out. */
async function bareFeed(): Promise<void> {
  const open = new Set<ServerResponse>()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  client.on('notification', ({ payload }) => {
    const frame = `event: change\ndata: ${payload}\n\n`
    for (const response of open) response.write(frame)
  })
  await client.query('listen bench_feed')
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write(': open\n\n')
    open.add(response)
    response.on('close', () => open.delete(response))
  })
  server.listen(0, '127.0.0.1', 1_024, () => process.send?.({ port: (server.address() as AddressInfo).port }))
}

function relay(): void {
  const { pool } = openDatabase({ url, max: 4 })
  startRelay({ pool, log, url })
  process.send?.({ port: 0 })
}

const KINDS: Record<ServerKind, () => void> = {
  product,
  'bare-http': bareHttp,
  'bare-hono': bareHono,
  'bare-feed': bareFeed,
  relay,
}
const kind = process.argv[2] as ServerKind
process.on('message', () => {
  globalThis.gc?.()
  process.send?.({ memory: process.memoryUsage().rss / 1_024 })
})
process.on('SIGTERM', () => process.exit(0))
process.on('disconnect', () => process.exit(0))
KINDS[kind]()
