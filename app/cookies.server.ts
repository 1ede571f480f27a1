/** With https: only this host can have set it, no neighbour below the same domain. */
const PREFIX = '__Host-'

/**
 * One cookie of a request, decoded; undefined when it is missing or broken. One without the prefix counts only where the
 * browser sends none with it, which is plain http.
 */
export function cookieOf(request: Request, name: string): string | undefined {
  const pairs = (request.headers.get('cookie') ?? '').split(';').map((part) => part.trim())
  const wanted = pairs.some((pair) => pair.startsWith(PREFIX)) ? `${PREFIX}${name}=` : `${name}=`
  const found = pairs.find((pair) => pair.startsWith(wanted))
  try {
    return found === undefined ? undefined : decodeURIComponent(found.slice(wanted.length).trim())
  } catch {
    return undefined
  }
}

/** A Set-Cookie value for something harmless the page remembers; never for what proves who someone is. */
export function plainCookie(name: string, value: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; SameSite=Lax; HttpOnly; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`
  return `${secure ? PREFIX : ''}${name}=${encodeURIComponent(value)}; ${flags}`
}

export function clearCookie(name: string, secure: boolean): string {
  return plainCookie(name, '', 0, secure)
}
