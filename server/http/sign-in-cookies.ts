import type { Context } from 'hono'
import type { Answer } from '#server/trpc/init.ts'
import type { AppEnv } from './app-env.ts'

/** As long as a session can live at all; the server ends it earlier. */
const SESSION_SECONDS = 7 * 24 * 3_600
/** As long as browsers keep a cookie. */
const DEVICE_SECONDS = 400 * 24 * 3_600
/** Between the password and its code; the server counts too. */
const STEP_SECONDS = 600

export interface CookieNames {
  session: string
  device: string
  step: string
}

/** Over https the browser itself sees to it that no other host and no plain http sets them. */
export function cookieNames(isSecure: boolean): CookieNames {
  const name = isSecure ? '__Host-virel' : 'virel'
  return { session: name, device: `${name}-device`, step: `${name}-step` }
}

/** Where a session that came as a bearer token finds its new one: no cookie carried it. */
export const SESSION_HEADER = 'x-virel-session'

/** Hands the browser what the calls of this request said it is to keep. */
export function setSignInCookies(c: Context<AppEnv>, answers: readonly Answer[], isSecure: boolean): void {
  const names = cookieNames(isSecure)
  const set = (name: string, value: string | null | undefined, seconds: number) => {
    if (value === undefined) return
    const attributes = `Path=/; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`
    c.res.headers.append('set-cookie', `${name}=${value ?? ''}; ${attributes}; Max-Age=${value === null ? 0 : seconds}`)
  }
  for (const { cookies } of answers) {
    if (!cookies) continue
    if (!c.req.header('authorization')) set(names.session, cookies.session, SESSION_SECONDS)
    else if (cookies.session) c.res.headers.set(SESSION_HEADER, cookies.session)
    set(names.device, cookies.device, DEVICE_SECONDS)
    set(names.step, cookies.step, STEP_SECONDS)
  }
}
