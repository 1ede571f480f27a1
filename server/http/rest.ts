import { type AnyTRPCProcedure, callTRPCProcedure } from '@trpc/server'
import { Hono } from 'hono'
import { AppError, problemOf } from '#server/errors.ts'
import { toAppError } from '#server/trpc/errors.ts'
import type { CallCtx, ProcedureMeta, RestRoute } from '#server/trpc/init.ts'
import { type AppRouter, appRouter } from '#server/trpc/router.ts'
import type { AppEnv } from './app-env.ts'

/** A procedure as the outside sees it. */
export interface Operation {
  /** Dotted path in the router, e.g. `bookings.setStatus`. */
  name: string
  meta: ProcedureMeta
}

/** Every procedure of the router with what it declares: the inventory that REST, OpenAPI and the access tests read. */
export function operations(router: AppRouter = appRouter): Operation[] {
  // At run time the record is flat, by dotted path; its type is nested.
  const procedures: Record<string, unknown> = router._def.procedures
  return Object.entries(procedures).map(([name, procedure]) => {
    const meta = (procedure as AnyTRPCProcedure)._def.meta as ProcedureMeta | undefined
    if (!meta) throw new Error(`procedure ${name} does not declare itself`)
    return { name, meta }
  })
}

/** `/bookings/{id}/status` as Hono spells it. */
function honoPath(path: RestRoute['path']): string {
  return path.replace(/\{(\w+)\}/g, ':$1')
}

function queryOf(url: string): Record<string, unknown> {
  const input: Record<string, unknown> = Object.create(null)
  for (const [key, value] of new URL(url).searchParams) {
    const known = input[key]
    input[key] = known === undefined ? value : Array.isArray(known) ? [...known, value] : [known, value]
  }
  // A plain object for zod; the null prototype kept `__proto__` from meaning anything while it was filled.
  return { ...input }
}

async function bodyOf(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text()
  if (text.trim() === '') return {}
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/(\w+\+)?json\b/i.test(type))
    throw new AppError('unsupported_media_type', 'Send JSON, with Content-Type: application/json.')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new AppError('malformed', 'The body is not valid JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AppError('malformed', 'The body must be a JSON object.')
  return value as Record<string, unknown>
}

/** REST over the same procedures: one route each, from their declarations. */
export function restRoutes(): Hono<AppEnv> {
  const app = new Hono<AppEnv>()
  for (const { name, meta } of operations()) {
    if (!meta.rest) continue
    const { method, path, status, file } = meta.rest
    const reads = meta.kind === 'query'
    app.on(method, honoPath(path), async (c) => {
      const ctx: CallCtx = await c.var.call('rest')
      const given = reads ? queryOf(c.req.url) : await bodyOf(c.req.raw)
      const input = { ...given, ...c.req.param() }
      const data = await callTRPCProcedure({
        router: appRouter,
        path: name,
        getRawInput: async () => input,
        ctx,
        type: reads ? 'query' : 'mutation',
        signal: c.req.raw.signal,
        batchIndex: 0,
      })
      if (file) return fileResponse(data)
      const headers: Record<string, string> = ctx.answer.replayed ? { 'Idempotent-Replayed': 'true' } : {}
      return c.json(data as object, ctx.answer.status === 200 ? 200 : (status ?? 200), headers)
    })
  }
  app.all('*', () => {
    throw new AppError('not_found', 'There is nothing at this address. The API is described at /api/docs.')
  })
  return app
}

function fileResponse(data: unknown): Response {
  const { name, type, base64 } = data as { name: string; type: string; base64: string }
  return new Response(Buffer.from(base64, 'base64'), {
    headers: { 'content-type': type, 'content-disposition': `attachment; filename="${name}"`, 'cache-control': 'no-store' },
  })
}

/** Any thrown thing as a problem document; `type` says whether bad input was an address or a body. */
export function problemResponse(error: unknown, method: string, requestId: string): Response {
  const appError = toAppError(error, method === 'GET' || method === 'HEAD' ? 'query' : 'mutation')
  const headers = new Headers({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  if (appError.facts.retryAfterSeconds !== undefined) headers.set('retry-after', String(appError.facts.retryAfterSeconds))
  if (appError.code === 'unauthenticated') headers.set('www-authenticate', 'Bearer')
  return new Response(JSON.stringify(problemOf(appError, requestId)), { status: appError.status, headers })
}
