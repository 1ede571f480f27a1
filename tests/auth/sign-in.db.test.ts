import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { addressBlock } from '#server/auth/sign-in-tries.ts'
import { anonymous, type Faults } from '#server/context.ts'
import { callerOf, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { appCode, outcomeOf, PASSWORD, personWithPassword, setUpCodes, TestBrowser } from '#tests/support/sign-in.ts'
import { startWeb } from '#tests/support/web.ts'

const checks = vi.hoisted(() => ({ count: 0 }))
vi.mock('@node-rs/argon2', async (load) => {
  const real = await load<typeof import('@node-rs/argon2')>()
  return {
    ...real,
    verify: (...args: Parameters<typeof real.verify>) => {
      checks.count++
      return real.verify(...args)
    },
  }
})

const database = testDatabase({ max: 60 })
const clock = new TestClock()
const GUESSES = process.env.VIREL_FAULTS ? 5_000 : 1_000

/** So many guesses at one account at once, each from an address of its own; answers how many passwords were looked at. */
async function guess(email: string, count: number, faults?: Faults): Promise<number> {
  const before = checks.count
  await Promise.all(
    Array.from({ length: count }, (_, n) =>
      outcomeOf(
        callerOf(database(), anonymous, { clock, faults, ip: `172.16.${n >> 8}.${n & 255}` }).auth.login({
          email,
          password: `guess number ${n}`,
        }),
      ),
    ),
  )
  return checks.count - before
}

beforeEach(async () => {
  await database().db.deleteFrom('sign_in_tries').execute()
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('guessing passwords (S6)', () => {
  test(`of ${GUESSES} guesses at once from everywhere five are looked at, and a known device still gets in`, async () => {
    const person = await personWithPassword(database())
    const known = new TestBrowser(database(), { clock })
    await known.signIn(person.email)
    expect(await guess(person.email, GUESSES)).toBe(5)
    expect(await new TestBrowser(database(), { clock }).trySignIn(person.email)).toBe('rate_limited')
    known.token = null
    expect(await known.trySignIn(person.email)).toBe('ok')
    // Its success gives strangers nothing back.
    expect(await guess(person.email, 20)).toBe(0)
    clock.advance(15)
    expect(await new TestBrowser(database(), { clock }).trySignIn(person.email)).toBe('ok')
  })

  test('negative control: counted in two statements more than five would be looked at', async () => {
    const person = await personWithPassword(database())
    expect(await guess(person.email, 60, { countTriesApart: true })).toBeGreaterThan(5)
  })

  test('over HTTP and in a tRPC batch it is no different', async () => {
    const person = await personWithPassword(database())
    const web = await startWeb(database(), { requestRates: undefined })
    try {
      const before = checks.count
      const call = { email: person.email, password: 'a guess that is wrong' }
      const headers = { 'content-type': 'application/json', 'x-trpc-source': 'web' }
      const batches = Array.from({ length: 20 }, () => {
        const names = Array.from({ length: 10 }, () => 'auth.login').join(',')
        const body = JSON.stringify(Object.fromEntries(Array.from({ length: 10 }, (_, n) => [n, call])))
        return fetch(`${web.url}/api/trpc/${names}?batch=1`, { method: 'POST', headers, body })
      })
      const singles = Array.from({ length: 40 }, () =>
        fetch(`${web.url}/api/v1/auth/login`, { method: 'POST', headers, body: JSON.stringify(call) }),
      )
      const statuses = (await Promise.all([...batches, ...singles])).map((answer) => answer.status)
      expect(checks.count - before).toBeLessThanOrEqual(5)
      expect(statuses.slice(0, 20).every((status) => status === 400 || status === 429)).toBe(true)
      expect(new Set(statuses.slice(20))).toEqual(new Set([401, 429]))
    } finally {
      await web.close()
    }
  })

  test('one address has 100 tries over all accounts, and being over it takes nothing from an account', async () => {
    const person = await personWithPassword(database())
    const ip = '192.0.2.7'
    const before = checks.count
    const from = (email: string) => outcomeOf(callerOf(database(), anonymous, { clock, ip }).auth.login({ email, password: 'x' }))
    await Promise.all(Array.from({ length: 130 }, (_, n) => from(`nobody${n}@example.com`)))
    expect(checks.count - before).toBe(100)
    for (let n = 0; n < 8; n++) expect(await from(person.email)).toBe('rate_limited')
    expect(await new TestBrowser(database(), { clock }).trySignIn(person.email)).toBe('ok')
  })

  test('those who succeed use nothing up: an office of many signs in from one address all day', async () => {
    const person = await personWithPassword(database())
    const ip = '192.0.2.8'
    for (let n = 0; n < 3; n++) {
      const outcomes = await Promise.all(
        Array.from({ length: 5 }, () => new TestBrowser(database(), { clock, ip }).trySignIn(person.email)),
      )
      expect(outcomes).toEqual(Array(5).fill('ok'))
    }
    const left = await database().db.selectFrom('sign_in_tries').select(['key', 'used']).execute()
    expect(left.map((row) => row.used)).toEqual(left.map(() => 0))
  })

  test('a device that knows one account is a stranger to others, and has five tries itself', async () => {
    const [person, other] = [await personWithPassword(database()), await personWithPassword(database())]
    const browser = new TestBrowser(database(), { clock })
    await browser.signIn(person.email)
    const { device } = browser
    await guess(other.email, 10)
    expect(await browser.trySignIn(other.email)).toBe('rate_limited')
    const before = checks.count
    await Promise.all(Array.from({ length: 30 }, () => browser.trySignIn(person.email, 'wrong wrong wrong')))
    expect(checks.count - before).toBe(5)
    expect(browser.device).toBe(device)
    // Nor does a made-up cookie help.
    const made = new TestBrowser(database(), { clock })
    made.device = 'A'.repeat(43)
    expect(await made.trySignIn(other.email)).toBe('rate_limited')
  })

  test('a new password forgets the other devices', async () => {
    const person = await personWithPassword(database())
    const [desk, thief] = [new TestBrowser(database(), { clock }), new TestBrowser(database(), { clock })]
    await thief.signIn(person.email)
    await desk.signIn(person.email)
    const next = 'staple battery horse'
    await desk.run((api) => api.auth.changePassword({ currentPassword: PASSWORD, newPassword: next }))
    await guess(person.email, 10)
    thief.token = null
    expect(await thief.trySignIn(person.email, next)).toBe('rate_limited')
    desk.token = null
    expect(await desk.trySignIn(person.email, next)).toBe('ok')
  })

  test('the 2^64 addresses of one IPv6 network are one', () => {
    expect(addressBlock('2001:db8:1:2:aaaa::1')).toBe(addressBlock('2001:db8:1:2:ffff:1:2:3'))
    expect(addressBlock('2001:db8:1:2::1')).not.toBe(addressBlock('2001:db8:1:3::1'))
    expect(addressBlock('::ffff:192.0.2.1')).toBe(addressBlock('192.0.2.1'))
    expect(addressBlock('192.0.2.1')).not.toBe(addressBlock('192.0.2.2'))
  })
})

describe('known and unknown (S6)', () => {
  test('look alike and take the same work: the same statements and one password check each', async () => {
    const [known, gone] = [await personWithPassword(database()), await personWithPassword(database())]
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', gone.id).execute()
    const work = async (email: string, password: string) => {
      const statements: string[] = []
      const before = checks.count
      const query = pg.Client.prototype.query
      const spy = vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...args: unknown[]) {
        const [first] = args
        statements.push(typeof first === 'object' && first !== null && 'text' in first ? String(first.text) : String(first))
        return Reflect.apply(query, this, args)
      })
      const error = await new TestBrowser(database(), { clock }).signIn(email, password).catch((refused: Error) => refused)
      spy.mockRestore()
      return { words: (error as Error).message, statements, hashes: checks.count - before }
    }
    // The first run prepares statements that the others find prepared.
    await work('first@example.com', 'wrong')
    const answers = [
      await work(known.email, 'wrong wrong wrong'),
      await work('nobody@example.com', PASSWORD),
      await work(gone.email, PASSWORD),
      await work(gone.email, 'wrong wrong wrong'),
    ]
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(answers[0]).toMatchObject({ hashes: 1, words: 'The email address or the password is wrong.' })
    expect(answers[0]?.statements.length).toBeGreaterThan(3)
  })
})

describe('two factors (S6)', () => {
  test('are AND: nobody gets in with one of them', async () => {
    const rows: [string, string, string][] = []
    for (const setUp of [false, true]) {
      for (const password of ['right', 'wrong'] as const) {
        for (const code of ['none', 'right', 'wrong', 'used', 'recovery', 'used recovery', 'another’s'] as const) {
          const outcome = await tryFactors(setUp, password, code)
          const want =
            password === 'wrong'
              ? 'unauthenticated'
              : !setUp || code === 'right' || code === 'recovery'
                ? 'ok'
                : code === 'none'
                  ? 'second_factor_required'
                  : 'unauthenticated'
          if (outcome !== want)
            rows.push([`${setUp ? 'set up' : 'not set up'}, password ${password}, code ${code}`, outcome, want])
        }
      }
    }
    expect(rows).toEqual([])
  })

  test('negative control: with either of them enough, a wrong code gets in', async () => {
    expect(await tryFactors(true, 'right', 'wrong', { eitherFactor: true })).toBe('ok')
  })

  async function tryFactors(setUp: boolean, password: 'right' | 'wrong', code: string, faults?: Faults): Promise<string> {
    const time = new TestClock()
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock: time, faults })
    await desk.signIn(person.email)
    const other = await personWithPassword(database())
    const otherDesk = new TestBrowser(database(), { clock: time })
    await otherDesk.signIn(other.email)
    const foreign = await setUpCodes(otherDesk, time)
    const made = setUp ? await setUpCodes(desk, time) : { secret: foreign.secret, recoveryCodes: foreign.recoveryCodes }
    const used = appCode(made.secret, time)
    time.advance(1)
    desk.token = null
    const spent = made.recoveryCodes[1] ?? ''
    if (setUp && code === 'used recovery') {
      await desk.signIn(person.email, PASSWORD, spent)
      desk.token = null
    }
    const typed: Record<string, string | undefined> = {
      none: undefined,
      right: appCode(made.secret, time),
      wrong: '123456',
      used,
      recovery: made.recoveryCodes[0],
      'used recovery': spent,
      'another’s': foreign.recoveryCodes[2],
    }
    return desk.trySignIn(person.email, password === 'right' ? PASSWORD : 'not the password', typed[code])
  }

  async function race(faults?: Faults): Promise<string[]> {
    const time = new TestClock()
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock: time, faults })
    await desk.signIn(person.email)
    const { secret } = await setUpCodes(desk, time)
    time.advance(1)
    const code = appCode(secret, time)
    return Promise.all(
      Array.from({ length: 5 }, () =>
        new TestBrowser(database(), { clock: time, faults }).trySignIn(person.email, PASSWORD, code),
      ),
    )
  }

  test('a code works once, also when five send it at the same time', async () => {
    const outcomes = await race()
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome === 'unauthenticated')).toHaveLength(4)
  })

  test('negative control: with reuse allowed it would work for more', async () => {
    expect((await race({ reuseCodes: true })).filter((outcome) => outcome === 'ok').length).toBeGreaterThan(1)
  })

  test('a code of the step before or after is taken, one further off is not, and none from before a used one', async () => {
    const time = new TestClock('2026-11-21T12:00:00Z')
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock: time })
    await desk.signIn(person.email)
    const { secret } = await setUpCodes(desk, time)
    const at = (minutes: number) =>
      appCode(secret, new TestClock(new Date(Date.parse('2026-11-21T12:00:00Z') + minutes * 60_000)))
    time.set('2026-11-21T12:10:00Z')
    const attempt = (code: string) => new TestBrowser(database(), { clock: time }).trySignIn(person.email, PASSWORD, code)
    expect(await attempt(at(9))).toBe('unauthenticated')
    expect(await attempt(at(9.5))).toBe('ok')
    expect(await attempt(at(10.5))).toBe('ok')
    // Still within its time, but of a step before the last one taken.
    expect(await attempt(at(10))).toBe('unauthenticated')
  })

  test('codes can not be guessed either: five in a quarter of an hour for who has the password, thirty a day', async () => {
    const time = new TestClock()
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock: time })
    await desk.signIn(person.email)
    const { secret } = await setUpCodes(desk, time)
    const looked = async () =>
      (
        await database()
          .db.selectFrom('sign_ins')
          .select('id')
          .where('user_id', '=', person.id)
          .where('result', '=', 'wrong_code')
          .execute()
      ).length
    for (let quarter = 1; quarter <= 8; quarter++) {
      time.advance(15)
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          new TestBrowser(database(), { clock: time }).trySignIn(person.email, PASSWORD, String(100_000 + n)),
        ),
      )
      expect(await looked()).toBeLessThanOrEqual(Math.min(5 * quarter, 30))
    }
    time.advance(15)
    desk.token = null
    expect(await desk.trySignIn(person.email, PASSWORD, appCode(secret, time))).toBe('ok')
  })
})

describe('the step between the password and its code', () => {
  async function atTheStep() {
    const time = new TestClock()
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock: time })
    await desk.signIn(person.email)
    const { secret } = await setUpCodes(desk, time)
    time.advance(1)
    const phone = new TestBrowser(database(), { clock: time })
    expect(await phone.trySignIn(person.email)).toBe('second_factor_required')
    return { time, person, desk, secret, phone }
  }
  const finish = (browser: TestBrowser, code: string) => outcomeOf(browser.run((api) => api.auth.finishSignIn({ code })))

  test('is kept by the browser that showed the password, and carries neither it nor a session', async () => {
    const { time, person, secret, phone } = await atTheStep()
    expect(phone.token).toBeNull()
    expect(phone.step).not.toContain(PASSWORD)
    expect(await phone.run((api) => api.auth.pendingSignIn({}))).toEqual({ name: person.name, methods: ['totp'] })
    expect(await finish(phone, appCode(secret, time))).toBe('ok')
    expect(phone.step).toBeNull()
    expect(await phone.run((api) => api.auth.me({}))).toMatchObject({ id: person.id })
  })

  test('opens for nobody without its cookie, with an altered one, after five minutes, or after a new password', async () => {
    const { time, desk, secret, phone } = await atTheStep()
    const code = () => appCode(secret, time)
    expect(await finish(new TestBrowser(database(), { clock: time }), code())).toBe('unauthenticated')
    const forger = new TestBrowser(database(), { clock: time })
    forger.step = `${phone.step?.slice(0, -3)}AAA`
    expect(await finish(forger, code())).toBe('unauthenticated')
    const late = new TestBrowser(database(), { clock: time })
    late.step = phone.step
    time.advance(5.1)
    expect(await finish(late, code())).toBe('unauthenticated')
    const { time: t2, secret: s2, phone: p2, desk: d2 } = await atTheStep()
    await d2.run((api) => api.auth.changePassword({ currentPassword: PASSWORD, newPassword: 'staple battery horse' }))
    expect(await finish(p2, appCode(s2, t2))).toBe('unauthenticated')
    expect(desk.token).not.toBeNull()
  })
})
