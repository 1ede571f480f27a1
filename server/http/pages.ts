import { createRequestHandler, type ServerBuild } from '@remix-run/node'
import { freshUntil } from '#server/auth/require-fresh.ts'
import type { SecretPlace } from '#server/auth/secret-box.ts'
import { createCaller } from '#server/trpc/router.ts'
import type { PageCall } from './app.ts'
import type { LoadContext } from './load-context.ts'
import { cookieNames } from './sign-in-cookies.ts'

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

export function loadContext({ ctx, nonce, requestId, isSecure }: PageCall): LoadContext {
  const { actor } = ctx
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
            mustEnrol: actor.mustEnrol === true,
            hasNotice: actor.hasNotice === true,
            isFresh: (freshUntil(actor) ?? new Date(0)) >= ctx.clock.now(),
          }
        : null,
    nonce,
    requestId,
    isSecure,
    clearSessionCookie: () =>
      `${cookieNames(isSecure).session}=; Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}; Max-Age=0`,
    keep: (value) => ctx.secrets.seal(KEPT, JSON.stringify({ value, userId: actor.id })),
    kept: (sealed) => openKept(ctx, sealed),
  }
}

/** A form that waits in a cookie while its person confirms who they are. */
const KEPT: SecretPlace = { table: 'cookie', column: 'form', row: 'kept' }

function openKept({ secrets, actor }: PageCall['ctx'], sealed: string): unknown {
  try {
    const { value, userId }: { value?: unknown; userId?: unknown } = JSON.parse(secrets.open(KEPT, sealed))
    return userId === actor.id ? value : undefined
  } catch {
    // Altered, or sealed with a key that is gone: as if nothing had been kept.
    return undefined
  }
}
