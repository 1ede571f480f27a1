import type { HttpBindings } from '@hono/node-server'
import type { Via } from '#db/tables/index.ts'
import type { CallCtx } from '#server/trpc/init.ts'

/** What the middleware of the HTTP app hands on. */
export interface AppEnv {
  /** Node's request and response; absent when the app is called without a socket. */
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    nonce: string
    /** The request's context, with its actor resolved; made when first asked for. */
    call: (via: Via) => Promise<CallCtx>
    /** The session token that came with the request. */
    token: () => string | null
  }
}
