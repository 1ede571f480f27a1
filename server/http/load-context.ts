import type { Caller } from '#server/trpc/router.ts'

export interface SignedInUser {
  id: string
  name: string
  email: string
  roles: string[]
  permissions: string[]
  /** May do nothing but set up a second factor. */
  mustEnrol: boolean
  /** A sign-in on a new device is not answered yet. */
  hasNotice: boolean
  /** Sensitive acts need no confirmation now. */
  isFresh: boolean
}

/** What every Remix loader and action is given: the caller bound to this request, and what the document needs. */
export interface LoadContext {
  api: Caller
  user: SignedInUser | null
  nonce: string
  requestId: string
  isSecure: boolean
  /** A Set-Cookie value. */
  clearSessionCookie(): string
  /** Seals what the browser keeps for this person while they confirm who they are; kept opens it, undefined when it is not theirs. */
  keep(value: unknown): string
  kept(sealed: string): unknown
}
