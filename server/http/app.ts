import { createHmac, randomBytes } from 'node:crypto'
import { ServerResponse } from 'node:http'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { getCookie } from 'hono/cookie'
import type pg from 'pg'
import type { Logger } from 'pino'
import type { Db } from '#db/client.ts'
import type { SecretBox } from '#server/auth/secret-box.ts'
import type { Sessions } from '#server/auth/sessions.ts'
import type { Clock, Ids, Rng } from '#server/context.ts'
import { followedBy, opensStill } from '#server/domains/checkout/index.ts'
import { receiveEvent } from '#server/domains/payments/index.ts'
import { AppError } from '#server/errors.ts'
import type { PaymentProvider } from '#server/integrations/stripe/index.ts'
import { loggedPath } from '#server/log.ts'
import { type Hub, openStream } from '#server/realtime/index.ts'
import { isDatabaseAway, toAppError } from '#server/trpc/errors.ts'
import type { Answer, CallCtx } from '#server/trpc/init.ts'
import type { AppEnv } from './app-env.ts'
import { actorOf, callContext, tokenOf } from './call-context.ts'
import { isCrossSite } from './cross-site.ts'
import type { DatabaseWatch } from './database-watch.ts'
import { discardBody } from './discard-body.ts'
import { docsRoutes } from './docs.ts'
import { icalFeed } from './ical.ts'
import { openApiDocument } from './openapi.ts'
import { problemPage } from './problem-page.ts'
import {
  createRequestLimits,
  networkOf,
  OPEN_STREAMS,
  OPEN_STREAMS_ADDRESS,
  OPEN_STREAMS_LINK,
  REQUESTS_PER_MINUTE,
  type RequestRates,
  streamPlaces,
} from './request-limits.ts'
import { problemResponse, restRoutes } from './rest.ts'
import { securityHeaders } from './security-headers.ts'
import { cookieNames, setSignInCookies } from './sign-in-cookies.ts'
import { decodedPath, trpc } from './trpc-route.ts'

/** What the web process is made of; tests make one of their own. */
export interface WebDeps {
  db: Db
  pool: pg.Pool
  clock: Clock
  rng: Rng
  ids: Ids
  log: Logger
  sessions: Sessions
  hub: Hub
  watch: DatabaseWatch
  wakeRelay: () => void
  /** The address people use, e.g. https://ops.example.com; no slash at the end. */
  appUrl: string
  secretKey: string
  secrets: SecretBox
  /** Who takes money online; undefined when nobody does. */
  provider?: PaymentProvider
  /** How many requests a minute; the usual ones unless named. */
  /** Live feeds of one person; OPEN_STREAMS unless given. */
  openStreams?: number
  requestRates?: RequestRates
  /** Proxies in front whose X-Forwarded-For is believed. */
  trustedHops: number
  /** Remix: answers what nothing above it did. Absent in API tests. */
  pages?: (request: Request, call: PageCall) => Promise<Response>
  /** Folder of the built client files. */
  clientFiles?: string
  metrics?: (ctx: CallCtx) => Promise<{ text: string; contentType: string }>
  faults?: CallCtx['faults']
}

export interface PageCall {
  ctx: CallCtx
  nonce: string
  requestId: string
  isSecure: boolean
}

/** Bodies over this are refused with 413. */
const BODY_LIMIT_BYTES = 1_048_576
const MAX_URL = 8_192

export function createApp(deps: WebDeps): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  const isSecure = deps.appUrl.startsWith('https://')
  const withStripe = typeof deps.provider?.publishableKey === 'string'
  const names = cookieNames(isSecure)
  const ownOrigins: ReadonlySet<string> = new Set([new URL(deps.appUrl).origin])
  const limits = createRequestLimits(deps.db, deps.clock, deps.requestRates ?? REQUESTS_PER_MINUTE)
  const takeStreamPlace = streamPlaces(deps.openStreams ?? OPEN_STREAMS)
  const takeLinkPlace = streamPlaces(OPEN_STREAMS_LINK)
  const takeAddressPlace = streamPlaces(OPEN_STREAMS_ADDRESS)
  const sign = (purpose: string, text: string) =>
    createHmac('sha256', deps.secretKey).update(`${purpose}\0${text}`).digest('base64url')

  app.onError((error, c) => answerError(error, c, deps))

  app.use(async (c, next) => {
    const started = performance.now()
    // Only pages carry scripts of their own.
    const nonce = c.req.path.startsWith('/api/') ? undefined : randomBytes(16).toString('base64')
    const given = c.req.header('x-request-id')
    const requestId = given && /^[\w.-]{8,64}$/.test(given) ? given : deps.ids.next()
    c.set('nonce', nonce ?? '')
    c.set('requestId', requestId)
    c.set('token', () => tokenOf(c, names.session))
    const answers: Answer[] = []
    c.set('call', async (via, cost = 1) => {
      const ctx = await callContext(c, deps, limits, { via, cost, sign })
      ctx.browser = { device: getCookie(c, names.device) ?? null, step: getCookie(c, names.step) ?? null }
      answers.push(ctx.answer)
      return ctx
    })
    await next()
    setSignInCookies(c, answers, isSecure)
    if (!(await discardBody(c.req.raw))) c.res.headers.set('connection', 'close')
    c.res.headers.set('x-request-id', requestId)
    for (const [name, value] of Object.entries(securityHeaders(nonce, isSecure, { path: c.req.path, withStripe }))) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    const ms = Math.round(performance.now() - started)
    deps.log.debug({ requestId, method: c.req.method, path: loggedPath(c.req.path), status: c.res.status, ms }, 'request')
  })
  app.use(async (c, next) => {
    if (c.req.url.length > MAX_URL) throw new AppError('too_large', 'The address is too long.')
    if (c.req.url.includes('%')) decodedPath(new URL(c.req.url).pathname)
    if (isCrossSite(c.req.method, c.req.raw.headers, ownOrigins)) {
      throw new AppError('cross_site', 'This request came from another site and was not carried out.')
    }
    await next()
  })
  app.use(
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: () => {
        throw new AppError('too_large', 'The body is larger than 1 MB.')
      },
    }),
  )

  for (const base of ['', '/api/v1']) {
    app.get(`${base}/health/live`, (c) => c.json({ status: 'ok' }))
    for (const path of [`${base}/health`, `${base}/health/ready`]) {
      app.get(path, async (c) => {
        const ready = await deps.watch.check()
        return c.json({ status: ready ? 'ok' : 'unavailable', database: ready ? 'up' : 'down' }, ready ? 200 : 503)
      })
    }
  }
  if (deps.clientFiles) {
    const root = deps.clientFiles
    app.use(
      '/assets/*',
      serveStatic({
        root,
        precompressed: true,
        onFound: (_path, c) => c.header('cache-control', 'public, max-age=31536000, immutable'),
      }),
    )
    app.use('/favicon.ico', serveStatic({ root }))
    // A page of an earlier build asks for files that are gone: that is no screen.
    app.all('/assets/*', (c) => c.text('Not found', 404))
  }
  app.get('/api/v1/openapi.json', (c) => c.json(openApiDocument(deps.appUrl)))
  app.route('/api/docs', docsRoutes())

  // What follows needs the database: while it is away the answer is 503 at once, not a hang.
  app.use(async (_c, next) => {
    if (!deps.watch.isUp())
      throw new AppError('unavailable', 'The database can not be reached. Try again in a moment.', { retryAfterSeconds: 2 })
    await next()
  })

  app.get('/api/v1/events/stream', async (c) => {
    const ctx = await c.var.call('rest', 0)
    if (ctx.actor.kind === 'anonymous') throw new AppError('unauthenticated', 'Sign in first.')
    const token = c.var.token()
    const permissions = [...ctx.actor.permissions].sort().join()
    const outgoing = c.env?.outgoing instanceof ServerResponse ? c.env.outgoing : undefined
    const leave = takeStreamPlace(`${ctx.actor.kind}:${ctx.actor.id}`)
    outgoing?.once('close', leave)
    c.req.raw.signal.addEventListener('abort', leave)
    return openStream(deps.hub, {
      permissions: ctx.actor.permissions,
      userId: ctx.actor.kind === 'user' ? ctx.actor.id : null,
      lastEventId: c.req.header('last-event-id') ?? c.req.query('lastEventId'),
      signal: c.req.raw.signal,
      outgoing,
      headers: { ...securityHeaders(undefined, isSecure), 'x-request-id': c.var.requestId },
      stillValid: async () => {
        const actor = await actorOf(deps, token, ctx.ip)
        return actor !== undefined && [...actor.permissions].sort().join() === permissions
      },
    })
  })
  app.get('/pay/:token/live', async (c) => {
    const ctx = await c.var.call('rest')
    const token = c.req.param('token')
    const about = await followedBy(ctx, token)
    const outgoing = c.env?.outgoing instanceof ServerResponse ? c.env.outgoing : undefined
    const leave = [takeLinkPlace([...about].join()), takeAddressPlace(networkOf(ctx.ip ?? 'none'))]
    const over = () => {
      for (const each of leave) each()
    }
    outgoing?.once('close', over)
    c.req.raw.signal.addEventListener('abort', over)
    return openStream(deps.hub, {
      permissions: new Set(),
      userId: null,
      about,
      signal: c.req.raw.signal,
      outgoing,
      headers: { ...securityHeaders(undefined, isSecure, { path: c.req.path }), 'x-request-id': c.var.requestId },
      stillValid: () => opensStill(ctx, token),
    })
  })
  app.get('/api/v1/system/metrics', async (c) => {
    const ctx = await c.var.call('rest')
    if (ctx.actor.kind === 'anonymous') throw new AppError('unauthenticated', 'Sign in first.')
    if (!ctx.actor.permissions.has('system.read'))
      throw new AppError('forbidden', 'Your role does not include “See health, workers and queues”.')
    const metrics = await deps.metrics?.(ctx)
    return c.body(metrics?.text ?? '', 200, { 'content-type': metrics?.contentType ?? 'text/plain' })
  })
  app.get('/ical/:file', icalFeed)
  // Its sender proves itself by its signature, not by a token; nothing is counted for it.
  app.post('/api/v1/payments/webhook/stripe', async (c) => {
    const body = new Uint8Array(await c.req.arrayBuffer())
    const stored = receiveEvent(await c.var.call('webhook', 0), body, c.req.header('stripe-signature') ?? null)
    if (deps.faults?.acknowledgeFirst) stored.catch(() => {})
    else await stored
    return c.json({ received: true })
  })
  app.use('/api/v1/*', async (c, next) => {
    await next()
    if (!c.res.headers.has('cache-control')) c.res.headers.set('cache-control', 'no-store')
  })
  app.route('/api/v1', restRoutes())
  app.all('/api/trpc/*', (c) => trpc(c))
  if (deps.pages) {
    const pages = deps.pages
    app.all('*', async (c) => {
      const ctx = await c.var.call('screen')
      ctx.idempotencyKey = await formKey(c.req.raw)
      const response = await pages(c.req.raw, { ctx, nonce: c.var.nonce, requestId: c.var.requestId, isSecure })
      // Copied: headers of Remix's answers may be immutable.
      const headers = new Headers(response.headers)
      if (ctx.actor.kind !== 'anonymous' || !headers.has('cache-control')) headers.set('cache-control', 'no-store')
      return new Response(response.body, { status: response.status, headers })
    })
  }
  return app
}

/** The key a form carries, so that a double click is one submission. */
async function formKey(request: Request): Promise<string | null> {
  if (request.method !== 'POST') return null
  if (!/^application\/x-www-form-urlencoded|^multipart\/form-data/i.test(request.headers.get('content-type') ?? '')) return null
  const form = await request
    .clone()
    .formData()
    .catch(() => undefined)
  const key = form?.get('_key')
  return typeof key === 'string' && key.length > 0 && key.length <= 100 ? key : null
}

function answerError(error: unknown, c: Context<AppEnv>, deps: WebDeps): Response {
  const requestId = c.var.requestId ?? '-'
  const appError = c.req.raw.signal.aborted
    ? // Nobody is there to be answered, and nothing is wrong here.
      new AppError('malformed', 'The request was cut off.')
    : toAppError(error, c.req.method === 'GET' || c.req.method === 'HEAD' ? 'query' : 'mutation')
  if (appError.code === 'internal') deps.log.error({ err: error, requestId, path: loggedPath(c.req.path) }, 'unexpected error')
  if (appError.code === 'unavailable' && isDatabaseAway(error)) deps.watch.suspect()
  const wantsPage = !c.req.path.startsWith('/api/') && (c.req.header('accept') ?? '').includes('text/html')
  const response = wantsPage ? problemPage(appError, requestId) : problemResponse(appError, c.req.method, requestId)
  // One without a length was cut off midway.
  if (appError.code === 'too_large' && c.req.header('transfer-encoding')) response.headers.set('connection', 'close')
  return response
}
