import type { Caller } from '#server/trpc/router.ts'

/** What every Remix loader and action is given: the caller bound to this request, and what the document needs. */
export interface LoadContext {
  api: Caller
  user: { id: string; name: string; email: string; roles: string[]; permissions: string[] } | null
  nonce: string
  requestId: string
  isSecure: boolean
  /** Set-Cookie values. */
  setSessionCookie(token: string): string
  clearSessionCookie(): string
}
