/** One cookie of a request, decoded; undefined when it is missing or broken. */
export function cookieOf(request: Request, name: string): string | undefined {
  for (const part of (request.headers.get('cookie') ?? '').split(';')) {
    const at = part.indexOf('=')
    if (at < 0 || part.slice(0, at).trim() !== name) continue
    try {
      return decodeURIComponent(part.slice(at + 1).trim())
    } catch {
      return undefined
    }
  }
  return undefined
}

/** A Set-Cookie value for something harmless the page remembers; never for what proves who someone is. */
export function plainCookie(name: string, value: string, maxAgeSeconds: number, secure: boolean): string {
  const flags = `Path=/; SameSite=Lax; HttpOnly; Max-Age=${maxAgeSeconds}${secure ? '; Secure' : ''}`
  return `${name}=${encodeURIComponent(value)}; ${flags}`
}

export function clearCookie(name: string, secure: boolean): string {
  return plainCookie(name, '', 0, secure)
}
