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
    /**
     * The request's context, with its actor resolved and the request counted as `cost` (1 unless named); made when asked
     * for. Throws `rate_limited` when its caller's minute is used up.
     */
    call: (via: Via, cost?: number) => Promise<CallCtx>
    /** The session token that came with the request. */
    token: () => string | null
  }
}
