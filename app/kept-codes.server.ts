import type { AppLoadContext } from '@remix-run/node'
import { clearCookie, cookieOf, plainCookie } from './cookies.server.ts'

const NAME = 'codes'
/** Long enough to write them down; a reload shows them again, another day does not. */
const SECONDS = 600

/** Recovery codes on their way from the answer that made them to the page that shows them: sealed, for their person alone. */
export function codesCookie(context: AppLoadContext, codes: readonly string[]): string {
  return plainCookie(NAME, context.keep(codes), SECONDS, context.isSecure)
}

export function readCodes(request: Request, context: AppLoadContext): string[] {
  const sealed = cookieOf(request, NAME)
  const codes = sealed === undefined ? undefined : context.kept(sealed)
  return Array.isArray(codes) ? codes.filter((code) => typeof code === 'string') : []
}

export function clearCodes(secure: boolean): string {
  return clearCookie(NAME, secure)
}
