import pg from 'pg'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { hashPassword } from '#server/auth/passwords.ts'
import { type Actor, anonymous, systemActor } from '#server/context.ts'
import { prepareReset } from '#server/domains/password-resets/index.ts'
import { transact } from '#server/transact.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, type RoleCode, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const OLD = 'correct horse battery'
const NEW = 'staple battery horse'
let made: Fixtures
let passwordHash: string
beforeAll(async () => {
  made = await Fixtures.in(database())
  passwordHash = await hashPassword(OLD)
})

const refusedWith = (code: string) => ({ cause: { code } })
const DEAD = { cause: { code: 'not_found', message: 'This link does not work any more. Ask for a new one on the sign-in page.' } }
const stranger = (clock: TestClock) => callerOf(database(), anonymous, { clock, ip: null })

async function person(role: RoleCode = 'OPERATOR'): Promise<Actor & { id: string; email: string }> {
  const user = await makeUser(database(), role)
  await database().db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', user.id).execute()
  return { ...user, email: user.email ?? '' }
}

/** The jobs behind all requests that are waiting. */
async function runJobs(clock: TestClock): Promise<void> {
  const rows = await database().db.selectFrom('password_resets').select('id').where('state', '=', 'requested').execute()
  for (const { id } of rows) {
    await transact(testCtx(database(), systemActor('password-reset-prepare'), { clock }), (tx) => prepareReset(tx, id))
  }
}

/** Asks on the sign-in page, as anyone may; answers the token of the link. */
async function ask(email: string, clock: TestClock): Promise<string> {
  await stranger(clock).passwordResets.request({ email })
  await runJobs(clock)
  return made.linkToken(email)
}

describe('a password reset', () => {
  test('sets a new password and ends every session', async () => {
    const clock = new TestClock()
    const user = await person()
    const before = await stranger(clock).auth.login({ email: user.email, password: OLD })
    const token = await ask(user.email, clock)
    expect(await stranger(clock).passwordResets.open({ token })).toEqual({ email: user.email, name: user.name })
    await stranger(clock).passwordResets.complete({ token, password: NEW })
    const resumed = callerOf(database(), user, { token: before.token, clock })
    await expect(resumed.auth.refresh({})).rejects.toMatchObject(refusedWith('unauthenticated'))
    const old = stranger(clock).auth.login({ email: user.email, password: OLD })
    await expect(old).rejects.toMatchObject(refusedWith('unauthenticated'))
    await stranger(clock).auth.login({ email: user.email, password: NEW })
  })

  test('leaves nothing for an address nobody has or that is disabled, and answers the same', async () => {
    const clock = new TestClock()
    const gone = await person()
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', gone.id).execute()
    const known = await person()
    const answers = await Promise.all(
      [known.email, gone.email, 'nobody@example.com', 'no address'].map((email) =>
        stranger(clock).passwordResets.request({ email }),
      ),
    )
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
    await runJobs(clock)
    const written = await database()
      .db.selectFrom('outgoing_messages')
      .select('recipient')
      .where('recipient', 'in', [known.email, gone.email, 'nobody@example.com', 'no address'])
      .execute()
    expect(written.map((row) => row.recipient)).toEqual([known.email])
    const kept = await database().db.selectFrom('password_resets').select('email').where('email', 'like', 'no%').execute()
    expect(kept).toEqual([])
  })

  test('runs the same statements for known and unknown addresses while its asker waits, and looks at no user', async () => {
    const clock = new TestClock()
    const user = await person()
    const queries = vi.spyOn(pg.Client.prototype, 'query')
    const statementsOf = async (work: () => Promise<unknown>) => {
      queries.mockClear()
      await work()
      return queries.mock.calls.map(([query]: unknown[]) =>
        typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : String(query),
      )
    }
    try {
      const request = (email: string) => () => stranger(clock).passwordResets.request({ email })
      const [known, unknown] = [await statementsOf(request(user.email)), await statementsOf(request(made.email()))]
      expect(known.length).toBeGreaterThan(3)
      expect(known).toEqual(unknown)
      expect(known.filter((text) => /\busers\b/.test(text))).toEqual([])
      // Negative control: signing in does look.
      const login = () => stranger(clock).auth.login({ email: user.email, password: OLD })
      expect((await statementsOf(login)).some((text) => /\busers\b/.test(text))).toBe(true)
    } finally {
      queries.mockRestore()
    }
  })

  test('works once, also for two who use it at the same time, and not after an hour', async () => {
    const clock = new TestClock()
    const user = await person()
    const token = await ask(user.email, clock)
    const both = await Promise.allSettled(
      [NEW, `${NEW} 2`].map((password) => stranger(clock).passwordResets.complete({ token, password })),
    )
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')?.reason).toMatchObject(DEAD)
    const late = await ask(user.email, clock)
    clock.advance(61)
    await expect(stranger(clock).passwordResets.complete({ token: late, password: NEW })).rejects.toMatchObject(DEAD)
    await expect(stranger(clock).passwordResets.open({ token: 'never-made' })).rejects.toMatchObject(DEAD)
  })

  test('of several links only the newest works, and one for another changes nobody else’s password', async () => {
    const clock = new TestClock()
    const [user, other] = [await person(), await person()]
    const first = await ask(user.email, clock)
    const second = await ask(user.email, clock)
    await expect(stranger(clock).passwordResets.complete({ token: first, password: NEW })).rejects.toMatchObject(DEAD)
    await expect(
      stranger(clock).passwordResets.complete({ token: second, password: NEW, email: other.email } as never),
    ).rejects.toThrow('unrecognized_keys')
    await stranger(clock).passwordResets.complete({ token: second, password: NEW })
    await stranger(clock).auth.login({ email: other.email, password: OLD })
  })

  test('is asked for three times an hour, counted alike for addresses nobody has', async () => {
    const clock = new TestClock()
    for (const email of [(await person()).email, made.email()]) {
      for (let n = 0; n < 3; n++) await stranger(clock).passwordResets.request({ email })
      await expect(stranger(clock).passwordResets.request({ email })).rejects.toMatchObject(refusedWith('rate_limited'))
    }
  })

  test('does not stand for the second factor', async () => {
    const clock = new TestClock()
    const user = await person()
    await database()
      .db.insertInto('second_factors')
      .values({ user_id: user.id, sealed_secret: 'sealed', confirmed_at: clock.now(), created_at: clock.now() })
      .execute()
    const token = await ask(user.email, clock)
    const answer = await stranger(clock).passwordResets.complete({ token, password: NEW })
    expect(JSON.stringify(answer)).not.toContain('token')
    const signIn = stranger(clock).auth.login({ email: user.email, password: NEW })
    await expect(signIn).rejects.toMatchObject(refusedWith('second_factor_required'))
    const sessions = await database().db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute()
    expect(sessions).toEqual([])
  })

  test('is sent by who manages the person, freshly signed in, and is in no answer', async () => {
    const clock = new TestClock()
    const [owner, manager, finance] = [await person('OWNER'), await person('OPS_MANAGER'), await person('FINANCE')]
    const asManager = callerOf(database(), manager, { clock })
    for (const beyond of [owner, finance]) {
      await expect(asManager.passwordResets.send({ id: beyond.id })).rejects.toMatchObject(refusedWith('forbidden'))
    }
    const answer = await callerOf(database(), owner, { clock }).passwordResets.send({ id: finance.id })
    expect(answer).toEqual({ ok: true })
    const stale = callerOf(database(), { ...owner, authenticatedAt: new Date(0) }, { clock })
    await expect(stale.passwordResets.send({ id: finance.id })).rejects.toMatchObject(refusedWith('reauthenticate'))
    await stranger(clock).passwordResets.complete({ token: await made.linkToken(finance.email), password: NEW })
  })
})
