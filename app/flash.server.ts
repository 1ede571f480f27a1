import { cookieOf, plainCookie } from './cookies.server.ts'

/** What an action says about itself on the page it leads to. Shown as text only, so the cookie needs no signature. */
export interface Flash {
  id: string
  tone: 'good' | 'bad' | 'info'
  text: string
}

const NAME = 'flash'
const MAX_TEXT = 400

export function flashCookie(text: string, secure: boolean, tone: Flash['tone'] = 'good'): string {
  const flash: Flash = { id: crypto.randomUUID(), tone, text: text.slice(0, MAX_TEXT) }
  return plainCookie(NAME, JSON.stringify(flash), 60, secure)
}

export function clearFlash(secure: boolean): string {
  return plainCookie(NAME, '', 0, secure)
}

export function readFlash(request: Request): Flash | null {
  const raw = cookieOf(request, NAME)
  if (!raw) return null
  try {
    const value: unknown = JSON.parse(raw)
    if (typeof value !== 'object' || value === null) return null
    const { id, tone, text } = value as Record<string, unknown>
    if (typeof id !== 'string' || typeof text !== 'string' || text === '') return null
    return { id, text: text.slice(0, MAX_TEXT), tone: tone === 'bad' || tone === 'info' ? tone : 'good' }
  } catch {
    return null
  }
}
