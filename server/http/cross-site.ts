const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])
/** Nobody's page can send this unasked: it proves the sender by itself. */
const BEARER = /^Bearer \S+$/i

/**
 * Whether a request that may change something comes from our own pages, or from a program that shows a token of its own.
 * Browsers say where it came from in Sec-Fetch-Site; where they don't (plain http on a network), Origin must be the
 * configured one. One with cookies that says neither is refused: every browser of the last years says one of them.
 * Host and forwarded headers are never asked: whoever sends the request writes those.
 */
export function isCrossSite(method: string, headers: Headers, ownOrigins: ReadonlySet<string>): boolean {
  if (SAFE.has(method)) return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  if (origin !== null) return !ownOrigins.has(origin)
  return headers.has('cookie') && !BEARER.test(headers.get('authorization') ?? '')
}
