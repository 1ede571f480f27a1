import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSessions, hashOf } from '#server/auth/sessions.ts'
import type { Actor } from '#server/context.ts'
import { operations } from '#server/http/rest.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { createTestDatabase, testDatabase } from '#tests/support/database.ts'
import { relayAll, until } from '#tests/support/events.ts'
import { appCode, outcomeOf, PASSWORD, personWithPassword, setUpCodes, TestBrowser } from '#tests/support/sign-in.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase({ max: 30 })
const refusedWith = (code: string) => ({ cause: { code } })

describe('a session (S7)', () => {
  test('has an id of at least 128 bits, of which the database holds only a hash', async () => {
    const person = await personWithPassword(database())
    const tokens = new Set<string>()
    for (let n = 0; n < 50; n++) {
      const { token } = await createSessions(database().db, new TestClock()).start(person.id, { ip: null, agent: null })
      tokens.add(token)
      // 5 bits a character.
      expect(token).toMatch(/^[a-z2-7]{26,}$/)
    }
    expect(tokens.size).toBe(50)
    const { rows } = await sql<{ row: string }>`select s::text as row from sessions s`.execute(database().db)
    const stored = rows.map((one) => one.row).join()
    for (const token of tokens) {
      expect(stored).not.toContain(token)
      expect(stored).toContain(hashOf(token))
    }
  })

  test('ends twelve hours after its last use, and after a week however much it is used', async () => {
    const clock = new TestClock()
    const sessions = createSessions(database().db, clock)
    const person = await personWithPassword(database())
    const { token } = await sessions.start(person.id, { ip: null, agent: null })
    clock.advance(11.9 * 60)
    expect(await sessions.resolve(token)).toBeDefined()
    clock.advance(11.9 * 60)
    expect(await sessions.resolve(token)).toBeDefined()
    clock.advance(12.1 * 60)
    expect(await sessions.resolve(token)).toBeUndefined()
    const { token: busy } = await sessions.start(person.id, { ip: null, agent: null })
    const begun = clock.now().getTime()
    let hours = 0
    for (; hours < 300 && (await sessions.resolve(busy)); hours += 5) clock.advance(5 * 60)
    expect(clock.now().getTime() - begun).toBeGreaterThan(6.5 * 86_400_000)
    expect(clock.now().getTime() - begun).toBeLessThan(7.3 * 86_400_000)
  })

  test('is new at each sign-in, and the one the browser had before is over', async () => {
    const person = await personWithPassword(database())
    const browser = new TestBrowser(database())
    await browser.signIn(person.email)
    const first = browser.token ?? ''
    await browser.signIn(person.email)
    expect(browser.token).not.toBe(first)
    expect(await createSessions(database().db, new TestClock()).resolve(first)).toBeUndefined()
  })

  test('gets a new id when its person confirms who they are, changes their roles, or adds a factor; the old one is dead', async () => {
    const clock = new TestClock()
    const owner = await personWithPassword(database(), 'OWNER')
    const browser = new TestBrowser(database(), { clock })
    await browser.signIn(owner.email)
    const sessions = createSessions(database().db, clock)
    const changes: [string, () => Promise<unknown>][] = [
      ['confirm', () => browser.run((api) => api.auth.confirm({ password: PASSWORD }))],
      ['roles', () => browser.run((api) => api.users.setRoles({ id: owner.id, roles: ['OWNER', 'OPERATOR'] }))],
      ['factor', () => setUpCodes(browser, clock)],
    ]
    for (const [what, change] of changes) {
      const before = browser.token ?? ''
      await change()
      expect([what, browser.token === before]).toEqual([what, false])
      expect([what, await sessions.resolve(before)]).toEqual([what, undefined])
      expect([what, (await sessions.resolve(browser.token ?? ''))?.actor.id]).toEqual([what, owner.id])
    }
    expect((await sessions.resolve(browser.token ?? ''))?.actor.roles).toEqual(['OPERATOR', 'OWNER'])
  })

  test('ends with all others when someone else changes its person’s roles', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const person = await personWithPassword(database())
    const [desk, phone] = [new TestBrowser(database()), new TestBrowser(database())]
    await desk.signIn(person.email)
    await phone.signIn(person.email)
    await callerOf(database(), owner).users.setRoles({ id: person.id, roles: ['READ_ONLY'] })
    for (const browser of [desk, phone]) {
      expect(await outcomeOf(browser.run((api) => api.auth.me({})))).toBe('unauthenticated')
    }
  })

  test('is listed with its device and place, and can be ended from another', async () => {
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { ip: '127.0.0.1', agent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0' })
    const phone = new TestBrowser(database(), { ip: '203.0.113.9', agent: 'Mozilla/5.0 (iPhone) Safari/605' })
    await desk.signIn(person.email)
    await phone.signIn(person.email)
    const { items } = await desk.run((api) => api.auth.sessions({}))
    expect(items).toHaveLength(2)
    expect(items.find((item) => item.current)).toMatchObject({ device: 'Firefox on Linux', place: 'This computer' })
    expect(items.find((item) => !item.current)).toMatchObject({ device: 'Safari on iOS', ip: '203.0.113.9', place: 'Internet' })
    expect(await desk.run((api) => api.auth.endOtherSessions({}))).toEqual({ ended: 1 })
    expect(await outcomeOf(phone.run((api) => api.auth.me({})))).toBe('unauthenticated')
    expect(await outcomeOf(desk.run((api) => api.auth.me({})))).toBe('ok')
  })

  test('of anyone is listed and ended by an owner, of operators by a manager, and only with a recent sign-in', async () => {
    const [owner, manager] = [await makeUser(database(), 'OWNER'), await makeUser(database(), 'OPS_MANAGER')]
    const [operator, finance] = [await personWithPassword(database()), await personWithPassword(database(), 'FINANCE')]
    const browsers = await Promise.all(
      [operator, finance].map(async ({ email }) => {
        const browser = new TestBrowser(database())
        await browser.signIn(email)
        return browser
      }),
    )
    const asManager = callerOf(database(), manager)
    await expect(asManager.users.sessions({ id: finance.id })).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(asManager.users.endSessions({ id: finance.id })).rejects.toMatchObject(refusedWith('forbidden'))
    const [open] = (await asManager.users.sessions({ id: operator.id })).items
    const stale: Actor = { ...manager, authenticatedAt: new Date('2026-11-21T11:44:59Z') }
    const late = callerOf(database(), stale)
    await expect(late.users.endSession({ id: operator.id, sessionId: open?.id ?? '' })).rejects.toMatchObject(
      refusedWith('reauthenticate'),
    )
    await asManager.users.endSession({ id: operator.id, sessionId: open?.id ?? '' })
    expect(await callerOf(database(), owner).users.endSessions({ id: finance.id })).toEqual({ ended: 1 })
    for (const browser of browsers) expect(await outcomeOf(browser.run((api) => api.auth.me({})))).toBe('unauthenticated')
    // Its device is a stranger again, and what was done is on record.
    expect(await database().db.selectFrom('known_devices').where('user_id', '=', finance.id).select('id').execute()).toEqual([])
    const rows = await database().db.selectFrom('audit_log').select('action').where('entity_id', '=', finance.id).execute()
    expect(rows.map((row) => row.action)).toContain('user.session_ended')
  })
})

describe('who is disabled or signed out (S7)', () => {
  let web: TestWeb
  beforeAll(async () => {
    web = await startWeb(database())
  })
  afterAll(async () => {
    await web.close()
  })

  test('is out at the next request, and their live feed closes', async () => {
    const owner = await makeUser(database(), 'OWNER')
    for (const how of ['disabled', 'signed out', 'other roles'] as const) {
      const person = await personWithPassword(database())
      const token = await web.signIn(person)
      const feed = await fetch(`${web.url}/api/v1/events/stream`, { headers: { authorization: `Bearer ${token}` } })
      const reader = feed.body?.getReader()
      expect((await web.rest('GET', '/me', { token })).status).toBe(200)
      const as = callerOf(database(), owner)
      if (how === 'disabled') await as.users.update({ id: person.id, disabled: true })
      else if (how === 'signed out') await as.users.endSessions({ id: person.id })
      else await as.users.setRoles({ id: person.id, roles: ['READ_ONLY'] })
      expect((await web.rest('GET', '/me', { token })).status).toBe(401)
      await relayAll(database())
      let ended = false
      void (async () => {
        while (!(await reader?.read())?.done);
        ended = true
      })()
      await until(`the feed of who is ${how} closes`, async () => ended)
    }
  })
})

describe('a role that asks for two factors', () => {
  const policy = { requireSecondFactor: true }
  async function ownerAt(clock: TestClock) {
    const owner = await personWithPassword(database(), 'OWNER')
    const browser = new TestBrowser(database(), { clock, sessions: createSessions(database().db, clock, policy) })
    await browser.signIn(owner.email)
    return { owner, browser }
  }

  test('lets a session by password alone do nothing but set one up', async () => {
    const clock = new TestClock()
    const { owner, browser } = await ownerAt(clock)
    const open = operations()
      .filter((operation) => operation.meta.enrolling)
      .map((operation) => operation.name)
    expect(open.sort()).toEqual(
      [
        'auth.confirm',
        'auth.confirmTotp',
        'auth.logout',
        'auth.me',
        'auth.refresh',
        'auth.security',
        'auth.startTotp',
        'auth.totpSetup',
        ...open.filter((name) => name.startsWith('passkeys.')),
      ].sort(),
    )
    expect((await browser.run((api) => api.auth.me({}))).permissions).toEqual([])
    expect(await outcomeOf(browser.run((api) => api.users.list({})))).toBe('enrol_second_factor')
    expect(await outcomeOf(browser.run((api) => api.auth.sessions({})))).toBe('enrol_second_factor')
    expect(
      await outcomeOf(browser.run((api) => api.auth.changePassword({ currentPassword: PASSWORD, newPassword: PASSWORD }))),
    ).toBe('enrol_second_factor')
    const { secret, recoveryCodes } = await setUpCodes(browser, clock)
    expect(recoveryCodes).toHaveLength(10)
    expect(await outcomeOf(browser.run((api) => api.users.list({})))).toBe('ok')
    expect(await outcomeOf(browser.run((api) => api.auth.removeTotp({})))).toBe('conflict')
    clock.advance(1)
    const next = new TestBrowser(database(), { clock, sessions: createSessions(database().db, clock, policy) })
    await next.signIn(owner.email, PASSWORD, appCode(secret, clock))
    expect((await next.run((api) => api.auth.me({}))).permissions.length).toBeGreaterThan(10)
  })

  test('asks nothing of an operator, and of an own role that may do as much harm the same', async () => {
    const clock = new TestClock()
    const operator = await personWithPassword(database())
    const browser = new TestBrowser(database(), { clock, sessions: createSessions(database().db, clock, policy) })
    await browser.signIn(operator.email)
    expect((await browser.run((api) => api.auth.me({}))).permissions.length).toBeGreaterThan(5)
    await database().db.insertInto('roles').values({ code: 'CASHIER', name: 'Cashier', description: '' }).execute()
    const powers = { role_code: 'CASHIER', permission_code: 'payments.refund' }
    await database().db.insertInto('role_permissions').values(powers).execute()
    const granted = { user_id: operator.id, role_code: 'CASHIER', granted_at: new Date() }
    await database().db.insertInto('user_roles').values(granted).execute()
    expect((await browser.run((api) => api.auth.me({}))).permissions).toEqual([])
  })
})

describe('recovery codes', () => {
  test('stand in once each, are counted, and are void when new ones are made or the factor is turned off', async () => {
    const clock = new TestClock()
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock })
    await desk.signIn(person.email)
    const { recoveryCodes } = await setUpCodes(desk, clock)
    const [first = '', second = '', third = ''] = recoveryCodes
    expect(new Set(recoveryCodes).size).toBe(10)
    const stored = await database().db.selectFrom('recovery_codes').select('code_hash').where('user_id', '=', person.id).execute()
    expect(JSON.stringify(stored)).not.toContain(first.replaceAll('-', ''))
    const attempt = (code: string) => new TestBrowser(database(), { clock }).trySignIn(person.email, PASSWORD, code)
    expect(await attempt(first.toLowerCase().replaceAll('-', ' '))).toBe('ok')
    expect(await attempt(first)).toBe('unauthenticated')
    expect((await desk.run((api) => api.auth.security({}))).recoveryCodesLeft).toBe(9)
    const fresh = await desk.run((api) => api.auth.newRecoveryCodes({}))
    expect(await attempt(second)).toBe('unauthenticated')
    expect(await attempt(fresh.recoveryCodes[0] ?? '')).toBe('ok')
    await desk.run((api) => api.auth.removeTotp({}))
    expect(await attempt(third)).toBe('ok')
    expect((await desk.run((api) => api.auth.security({}))).recoveryCodesLeft).toBe(0)
    const traces = await database().db.selectFrom('audit_log').select('action').where('entity_id', '=', person.id).execute()
    expect(traces.map((row) => row.action)).toEqual(
      expect.arrayContaining([
        'user.recovery_codes_replaced',
        'user.second_factor_removed',
        'user.second_factor_set_up',
        'user.signed_in',
      ]),
    )
  })

  test('a secret is sealed, bound to its person, and in no answer once it is confirmed', async () => {
    const clock = new TestClock()
    const [person, other] = [await personWithPassword(database()), await personWithPassword(database())]
    const [desk, otherDesk] = [new TestBrowser(database(), { clock }), new TestBrowser(database(), { clock })]
    await desk.signIn(person.email)
    await otherDesk.signIn(other.email)
    const { secret } = await setUpCodes(desk, clock)
    await setUpCodes(otherDesk, clock)
    const row = await database()
      .db.selectFrom('second_factors')
      .select('sealed_secret')
      .where('user_id', '=', person.id)
      .executeTakeFirstOrThrow()
    expect(row.sealed_secret).not.toContain(secret)
    expect(await outcomeOf(desk.run((api) => api.auth.totpSetup({})))).toBe('not_found')
    expect(await outcomeOf(desk.run((api) => api.auth.startTotp({})))).toBe('conflict')
    // Copied to another's row it opens nothing.
    await database().db.updateTable('second_factors').set(row).where('user_id', '=', other.id).execute()
    clock.advance(1)
    expect(await new TestBrowser(database(), { clock }).trySignIn(other.email, PASSWORD, appCode(secret, clock))).not.toBe('ok')
  })

  test('a lost factor is taken away by who may manage its person, who is told', async () => {
    const clock = new TestClock()
    const owner = await makeUser(database(), 'OWNER')
    const person = await personWithPassword(database())
    const desk = new TestBrowser(database(), { clock })
    await desk.signIn(person.email)
    await setUpCodes(desk, clock)
    await callerOf(database(), owner).users.removeSecondFactor({ id: person.id })
    expect(await outcomeOf(desk.run((api) => api.auth.me({})))).toBe('unauthenticated')
    expect(await desk.trySignIn(person.email)).toBe('ok')
    const messages = await database()
      .db.selectFrom('outgoing_messages')
      .select('subject')
      .where('recipient_id', '=', person.id)
      .where('kind', '=', 'security_notice')
      .execute()
    expect(messages.map((message) => message.subject)).toContain('Your second factor was removed')
  })
})

describe('a new device', () => {
  async function signedInTwice() {
    const person = await personWithPassword(database())
    const [desk, stranger] = [
      new TestBrowser(database()),
      new TestBrowser(database(), { agent: 'Mozilla/5.0 (Windows) Chrome/140' }),
    ]
    expect((await desk.signIn(person.email)).isNewDevice).toBe(false)
    expect((await stranger.signIn(person.email)).isNewDevice).toBe(true)
    return { person, desk, stranger }
  }
  const noticesOf = async (browser: TestBrowser) => (await browser.run((api) => api.auth.newDevices({}))).items

  test('is asked about in the other sessions and by message, and not in its own', async () => {
    const { person, desk, stranger } = await signedInTwice()
    const [notice] = await noticesOf(desk)
    expect(notice).toMatchObject({ device: 'Chrome on Windows', isOpen: true })
    expect(await noticesOf(stranger)).toEqual([])
    // Nor may it vouch for itself.
    expect(await outcomeOf(stranger.run((api) => api.auth.answerNewDevice({ id: notice?.id ?? '', mine: true })))).toBe(
      'not_found',
    )
    const message = await database()
      .db.selectFrom('outgoing_messages')
      .select('kind')
      .where('recipient_id', '=', person.id)
      .executeTakeFirst()
    expect(message?.kind).toBe('new_device')
    await desk.run((api) => api.auth.answerNewDevice({ id: notice?.id ?? '', mine: true }))
    expect(await noticesOf(desk)).toEqual([])
    expect(await outcomeOf(stranger.run((api) => api.auth.me({})))).toBe('ok')
  })

  test('that was not one’s own is signed out, also after it confirmed and got a new id', async () => {
    const { person, desk, stranger } = await signedInTwice()
    await stranger.run((api) => api.auth.confirm({ password: PASSWORD }))
    const [notice] = await noticesOf(desk)
    await desk.run((api) => api.auth.answerNewDevice({ id: notice?.id ?? '', mine: false }))
    expect(await outcomeOf(stranger.run((api) => api.auth.me({})))).toBe('unauthenticated')
    expect(await outcomeOf(desk.run((api) => api.auth.me({})))).toBe('ok')
    const { items } = await desk.run((api) => api.auth.signIns({}))
    expect(items.filter((item) => item.isNewDevice)).toHaveLength(1)
    expect(items.map((item) => item.result)).toEqual(['confirmed', 'signed_in', 'signed_in'])
    expect(person.id).toBeDefined()
  })
})

describe('the last owner', () => {
  test('stays when two demote, disable or remove themselves and each other at once', async () => {
    for (let round = 0; round < 4; round++) {
      const db = await createTestDatabase()
      try {
        const [anna, bert] = [await makeUser(db, 'OWNER', 'Anna'), await makeUser(db, 'OWNER', 'Bert')]
        const [a, b] = [callerOf(db, anna), callerOf(db, bert)]
        const acts = [
          () => a.users.setRoles({ id: anna.id, roles: ['OPERATOR'] }),
          () => b.users.setRoles({ id: bert.id, roles: [] }),
          () => a.users.update({ id: bert.id, disabled: true }),
          () => b.users.update({ id: anna.id, disabled: true }),
        ]
        await Promise.allSettled([...acts.slice(round), ...acts.slice(0, round)].map((act) => act()))
        const owners = await db.db
          .selectFrom('user_roles as r')
          .innerJoin('users as u', 'u.id', 'r.user_id')
          .select('u.id')
          .where('r.role_code', '=', 'OWNER')
          .where('u.disabled_at', 'is', null)
          .execute()
        expect(owners).toHaveLength(1)
      } finally {
        await db.drop()
      }
    }
  })
})
