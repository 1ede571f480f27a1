const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Whether a request that may change something comes from our own pages (or from no page at all, as with curl).
 * Browsers say where it came from in Sec-Fetch-Site; where they don't (plain http on a network), Origin must be the
 * configured one. Host and forwarded headers are never asked: whoever sends the request writes those.
 */
export function isCrossSite(method: string, headers: Headers, ownOrigins: ReadonlySet<string>): boolean {
  if (SAFE.has(method)) return false
  const site = headers.get('sec-fetch-site')
  if (site !== null) return site !== 'same-origin' && site !== 'none'
  const origin = headers.get('origin')
  return origin !== null && !ownOrigins.has(origin)
}
