import { Hono } from 'hono'
import { describe, expect, test } from 'vitest'
import type { AppEnv } from '#server/http/app-env.ts'
import { SESSION_HEADER, setSignInCookies } from '#server/http/sign-in-cookies.ts'
import type { SignInCookies } from '#server/trpc/init.ts'

async function answered(cookies: SignInCookies, isSecure: boolean, headers: Record<string, string> = {}) {
  const app = new Hono<AppEnv>()
  app.get('/', (c) => {
    c.res = c.text('done')
    setSignInCookies(c, [{ cookies }], isSecure)
    return c.res
  })
  const response = await app.request('/', { headers })
  return { set: response.headers.getSetCookie(), header: response.headers.get(SESSION_HEADER) }
}

describe('what the browser keeps (S7)', () => {
  test('over https only this host can set and read it, and no script', async () => {
    const { set } = await answered({ session: 'a', device: 'b', step: 'c' }, true)
    expect(set).toHaveLength(3)
    for (const [at, name] of ['__Host-virel', '__Host-virel-device', '__Host-virel-step'].entries()) {
      // A cookie named __Host- is refused by browsers unless it is Secure, of the whole host and of no Domain.
      expect(set[at]).toMatch(new RegExp(`^${name}=[abc]; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=\\d+$`))
    }
  })

  test('null is forgotten, and what is not named stays', async () => {
    const { set } = await answered({ session: null }, false)
    expect(set).toEqual(['virel=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0'])
  })

  test('a session that came as a bearer token gets its new one in a header, not in a cookie', async () => {
    const { set, header } = await answered({ session: 'new' }, true, { authorization: 'Bearer old' })
    expect([set, header]).toEqual([[], 'new'])
  })
})
