import { fetchRequestHandler } from '@trpc/server/adapters/fetch'
import type { Context } from 'hono'
import { AppError } from '#server/errors.ts'
import { toAppError } from '#server/trpc/errors.ts'
import { appRouter } from '#server/trpc/router.ts'
import type { AppEnv } from './app-env.ts'

/** As it is meant; throws `malformed` when it means nothing. */
export function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new AppError('malformed', 'The address is not well-formed.')
  }
}

/** The procedures over tRPC: three methods, JSON only, and no form or foreign page. */
export async function trpc(c: Context<AppEnv>): Promise<Response> {
  if (!['GET', 'HEAD', 'POST'].includes(c.req.method)) throw new AppError('malformed', 'This method is not supported here.')
  if (c.req.method === 'POST') {
    // JSON with a header no form can set: what a foreign page could send without asking is not taken.
    if (!/^application\/json\b/i.test(c.req.header('content-type') ?? ''))
      throw new AppError('unsupported_media_type', 'Send JSON.')
    if (!c.req.header('x-trpc-source')) throw new AppError('cross_site', 'Calls over tRPC carry the header x-trpc-source.')
  }
  // As tRPC reads it: a comma may come as %2C.
  const path = decodedPath(c.req.path.slice('/api/trpc/'.length))
  if (path.includes(',') && path.split(',').some((name) => name.startsWith('auth.'))) {
    throw new AppError('malformed', 'Sign-in can not be batched.')
  }
  // Each call of a batch counts. Asked for before tRPC is, whose answers know no waiting time.
  const call = await c.var.call('trpc', path.split(',').length)
  return fetchRequestHandler({
    endpoint: '/api/trpc',
    req: c.req.raw,
    router: appRouter,
    maxBatchSize: 10,
    createContext: async () => call,
    onError: ({ error, ctx }) => {
      const appError = toAppError(error)
      if (appError.code === 'internal')
        ctx?.log.error({ err: error.cause ?? error, requestId: ctx.requestId }, 'unexpected error')
    },
  })
}
