import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { hashOf } from './sessions.ts'

/** What lets in whoever has the link: 256 random bits, of which the database keeps the hash. */
export function newLinkToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url')
  return { token, hash: hashOf(token) }
}

/** Any text is taken: what is none of ours is answered like a link that is over. */
export const linkToken = z.string().min(1, 'is needed').max(200, 'is too long')
