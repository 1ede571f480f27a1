import type { AppLoadContext } from '@remix-run/node'
import { cookieOf } from './cookies.server.ts'

/** As long as it takes to think of a password; the link itself can be opened again. */
const SECONDS = 1_800

type Page = '/join' | '/reset-password'

const nameOf = (page: Page) => `link-${page.slice(1)}`

function cookie(page: Page, value: string, seconds: number, { isSecure }: Pick<AppLoadContext, 'isSecure'>): string {
  const flags = `Path=${page}; HttpOnly; SameSite=Lax; Max-Age=${seconds}${isSecure ? '; Secure' : ''}`
  return `${nameOf(page)}=${encodeURIComponent(value)}; ${flags}`
}

/**
 * The token of a link leaves the address at once, for a cookie that only its page is sent: it stays out of the history, of
 * what is shown to others on a screen, and of any Referer. Opening a link changes nothing, so a mail scanner may.
 */
export function keepLink(page: Page, token: string, context: AppLoadContext): string {
  return cookie(page, token.slice(0, 200), SECONDS, context)
}

export function readLink(page: Page, request: Request): string {
  return cookieOf(request, nameOf(page)) ?? ''
}

export function clearLink(page: Page, context: AppLoadContext): string {
  return cookie(page, '', 0, context)
}
