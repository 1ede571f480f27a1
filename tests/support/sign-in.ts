import { Secret, TOTP } from 'otpauth'
import { hashPassword } from '#server/auth/passwords.ts'
import { type Actor, anonymous, type Clock } from '#server/context.ts'
import type { CallCtx } from '#server/trpc/init.ts'
import { createCaller } from '#server/trpc/router.ts'
import { makeUser, type RoleCode, testCtx } from './context.ts'
import type { TestDatabase } from './database.ts'

export const PASSWORD = 'correct horse battery'
const passwordHash = hashPassword(PASSWORD)
let counter = 0

export type Person = Actor & { id: string; email: string }

export async function personWithPassword(database: TestDatabase, role: RoleCode = 'OPERATOR'): Promise<Person> {
  const user = await makeUser(database, role, `P${counter++}`)
  await database.db
    .updateTable('users')
    .set({ password_hash: await passwordHash })
    .where('id', '=', user.id)
    .execute()
  return { ...user, email: user.email ?? '' }
}

/** A browser: keeps the cookies that answers set, and asks from one address. */
export class TestBrowser {
  device: string | null = null
  step: string | null = null
  token: string | null = null
  readonly #database: TestDatabase
  readonly #more: Partial<CallCtx>
  readonly ip: string
  constructor(database: TestDatabase, more: Partial<CallCtx> = {}) {
    this.#database = database
    this.ip = more.ip ?? `10.${counter >> 16}.${(counter >> 8) & 255}.${counter++ & 255}`
    this.#more = more
  }
  /** One request: whatever session there is, is resolved as the HTTP layer does it. */
  async run<T>(work: (api: ReturnType<typeof createCaller>) => Promise<T>): Promise<T> {
    const stranger = testCtx(this.#database, anonymous, { via: 'screen', agent: 'Firefox/1 Linux', ...this.#more, ip: this.ip })
    const resolved = this.token === null ? undefined : await stranger.sessions.resolve(this.token)
    const ctx: CallCtx = {
      ...stranger,
      actor: resolved?.actor ?? anonymous,
      token: resolved ? this.token : null,
      browser: { device: this.device, step: this.step },
    }
    try {
      return await work(createCaller(ctx))
    } finally {
      const { session, device, step } = ctx.answer.cookies ?? {}
      if (session !== undefined) this.token = session
      if (device !== undefined) this.device = device
      if (step !== undefined) this.step = step
    }
  }
  signIn(email: string, password = PASSWORD, totp?: string) {
    return this.run((api) => api.auth.login({ email, password, totp }))
  }
  /** `ok`, or the code of the refusal. */
  async trySignIn(email: string, password = PASSWORD, totp?: string): Promise<string> {
    return outcomeOf(this.signIn(email, password, totp))
  }
}

export function outcomeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'ok',
    (error: { cause?: { code?: string } }) => error.cause?.code ?? String(error),
  )
}

/** An authenticator app with this secret. */
export function appCode(secret: string, clock: Clock): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: clock.now().getTime() })
}

/** Sets up codes for who is signed in here. */
export async function setUpCodes(browser: TestBrowser, clock: Clock): Promise<{ secret: string; recoveryCodes: string[] }> {
  const { secret } = await browser.run((api) => api.auth.startTotp({}))
  const { recoveryCodes } = await browser.run((api) => api.auth.confirmTotp({ code: appCode(secret, clock) }))
  return { secret, recoveryCodes }
}
