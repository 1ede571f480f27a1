import { createRequestHandler, type ServerBuild } from '@remix-run/node'
import { createCaller } from '#server/trpc/router.ts'
import type { PageCall } from './app.ts'
import type { LoadContext } from './load-context.ts'

/** As long as a session can live at all; the server ends it earlier. */
const COOKIE_SECONDS = 7 * 24 * 3_600

/**
 * The screens: Remix answers with what the loaders asked of the in-process caller. `build` is a function in
 * development, where it changes.
 */
export function remixPages(build: ServerBuild | (() => Promise<ServerBuild>), mode: string) {
  const handle = createRequestHandler(build, mode)
  return (request: Request, call: PageCall): Promise<Response> => {
    return handle(withoutOrigin(request), { ...loadContext(call) })
  }
}

/**
 * Whether a request comes from another site was decided before it got here, by the configured address. Remix would ask
 * again by Host and X-Forwarded-Host, and fail on our own forms behind a proxy that writes those differently.
 */
function withoutOrigin(request: Request): Request {
  if (!request.headers.has('origin')) return request
  const headers = new Headers(request.headers)
  headers.delete('origin')
  return new Request(request, { headers })
}

export function loadContext({ ctx, nonce, requestId, isSecure, cookieName }: PageCall): LoadContext {
  const { actor } = ctx
  const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
  return {
    api: createCaller(ctx),
    user:
      actor.kind === 'user' && actor.id
        ? {
            id: actor.id,
            name: actor.name,
            email: actor.email ?? '',
            roles: [...actor.roles],
            permissions: [...actor.permissions],
          }
        : null,
    nonce,
    requestId,
    isSecure,
    setSessionCookie: (token) => `${cookieName}=${token}; ${attributes}; Max-Age=${COOKIE_SECONDS}`,
    clearSessionCookie: () => `${cookieName}=; ${attributes}; Max-Age=0`,
  }
}
