import { beforeAll, describe, expect, test } from 'vitest'
import { hashPassword } from '#server/auth/passwords.ts'
import { hashOf } from '#server/auth/sessions.ts'
import { type Actor, anonymous } from '#server/context.ts'
import { addPasskey, type Lies, SoftAuthenticator } from '#tests/support/authenticator.ts'
import { callerOf, makeUser, type RoleCode, TestClock, testCtx } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const PASSWORD = 'correct horse battery'
let passwordHash: string
beforeAll(async () => {
  passwordHash = await hashPassword(PASSWORD)
})

const refusedWith = (code: string) => ({ cause: { code } })
const stranger = (clock = new TestClock()) => callerOf(database(), anonymous, { clock })

/** Someone with a session, and the caller of it. */
async function signedIn(role: RoleCode = 'OPERATOR', clock = new TestClock()) {
  const user = await makeUser(database(), role)
  await database().db.updateTable('users').set({ password_hash: passwordHash }).where('id', '=', user.id).execute()
  const { token } = await stranger(clock).auth.login({ email: user.email ?? '', password: PASSWORD })
  return { user, token, as: callerOf(database(), { ...user, credential: hashOf(token) }, { token, clock }) }
}

async function signInWith(device: SoftAuthenticator, lies: Lies = {}, clock = new TestClock()) {
  const { challengeId, options } = await stranger(clock).passkeys.signInOptions({})
  return stranger(clock).passkeys.signIn({ challengeId, response: device.get(options, lies) })
}

const usersOf = (actor: Actor) => database().db.selectFrom('passkeys').selectAll().where('user_id', '=', actor.id).execute()

describe('a passkey', () => {
  test('signs its person in without a password, as both factors, from any browser', async () => {
    const { user, as } = await signedIn('OWNER')
    const device = await addPasskey(as)
    const { token, user: self } = await signInWith(device)
    expect(self).toMatchObject({ id: user.id, roles: ['OWNER'] })
    const [session] = await database().db.selectFrom('sessions').select('factors').where('id', '=', hashOf(token)).execute()
    expect(session?.factors).toEqual(['passkey'])
    const [kept] = await usersOf(user)
    expect([kept?.counter, kept?.last_used_at !== null]).toEqual([1, true])
    const actions = await database().db.selectFrom('audit_log').select('action').where('entity_id', '=', user.id).execute()
    expect(actions.map((row) => row.action)).toEqual(expect.arrayContaining(['user.passkey_added', 'user.signed_in']))
  })

  test('is one of several, named, and gone when removed', async () => {
    const { as } = await signedIn()
    const [laptop, phone] = [await addPasskey(as), await addPasskey(as, new SoftAuthenticator(), 'Phone')]
    const { items } = await as.passkeys.list({})
    expect(items.map((item) => item.name)).toEqual(['Laptop', 'Phone'])
    await as.passkeys.rename({ id: items[0]?.id ?? '', name: 'Old laptop' })
    await as.passkeys.remove({ id: items[0]?.id ?? '' })
    expect((await as.passkeys.list({})).items.map((item) => item.name)).toEqual(['Phone'])
    await expect(signInWith(laptop)).rejects.toMatchObject(refusedWith('unauthenticated'))
    await signInWith(phone)
  })

  test('is taken away by an owner with a lost second factor, and opens nothing afterwards', async () => {
    const { user, as } = await signedIn()
    const device = await addPasskey(as)
    const owner = await makeUser(database(), 'OWNER')
    await callerOf(database(), owner).users.removeSecondFactor({ id: user.id })
    expect(await usersOf(user)).toEqual([])
    await expect(signInWith(device)).rejects.toMatchObject(refusedWith('unauthenticated'))
    await expect(stranger().auth.login({ email: user.email ?? '', password: PASSWORD })).resolves.toMatchObject({})
  })

  test('is added and removed only soon after signing in, and never another’s', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    await addPasskey(one.as)
    const [row] = await usersOf(one.user)
    await expect(other.as.passkeys.remove({ id: row?.id ?? '' })).rejects.toMatchObject(refusedWith('not_found'))
    await expect(other.as.passkeys.rename({ id: row?.id ?? '', name: 'Mine' })).rejects.toMatchObject(refusedWith('not_found'))
    const stale = { ...one.user, authenticatedAt: new Date('2026-11-21T11:00:00Z') }
    const later = callerOf(database(), stale, { token: one.token })
    await expect(later.passkeys.creationOptions({})).rejects.toMatchObject(refusedWith('reauthenticate'))
    await expect(later.passkeys.remove({ id: row?.id ?? '' })).rejects.toMatchObject(refusedWith('reauthenticate'))
  })

  test('of a disabled user signs nobody in', async () => {
    const { user, as } = await signedIn()
    const device = await addPasskey(as)
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', user.id).execute()
    await expect(signInWith(device)).rejects.toMatchObject(refusedWith('unauthenticated'))
  })

  test('confirms its own person, and no other', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const [mine, theirs] = [await addPasskey(one.as), await addPasskey(other.as)]
    const ask = await one.as.passkeys.confirmOptions({})
    expect(ask.options.allowCredentials?.map((credential) => credential.id)).toEqual([mine.credentialId])
    const foreign = { challengeId: ask.challengeId, response: theirs.get(ask.options) }
    await expect(one.as.passkeys.confirm(foreign)).rejects.toMatchObject(refusedWith('invalid'))
    const again = await one.as.passkeys.confirmOptions({})
    const done = await one.as.passkeys.confirm({ challengeId: again.challengeId, response: mine.get(again.options) })
    // The session has a new token; the old one opens nothing.
    expect(done.token).not.toBe(one.token)
    const resumed = callerOf(database(), one.user, { token: one.token })
    await expect(resumed.auth.refresh({})).rejects.toMatchObject(refusedWith('unauthenticated'))
  })
})

describe('an answer to a challenge', () => {
  test('works once: sent again, and twice at once, it is refused', async () => {
    const { as } = await signedIn()
    const device = await addPasskey(as)
    const { challengeId, options } = await stranger().passkeys.signInOptions({})
    const answer = { challengeId, response: device.get(options) }
    const both = await Promise.allSettled([stranger().passkeys.signIn(answer), stranger().passkeys.signIn(answer)])
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    await expect(stranger().passkeys.signIn(answer)).rejects.toMatchObject(refusedWith('unauthenticated'))
  })

  test('comes in time, to the challenge and the purpose it was made for', async () => {
    const clock = new TestClock()
    const { as } = await signedIn('OPERATOR', clock)
    const device = await addPasskey(as)
    const late = await stranger(clock).passkeys.signInOptions({})
    clock.advance(6)
    const tooLate = { challengeId: late.challengeId, response: device.get(late.options) }
    await expect(stranger(clock).passkeys.signIn(tooLate)).rejects.toMatchObject(refusedWith('unauthenticated'))
    // Signed for a confirmation, shown at the door; signed at the door, shown as a new passkey of the session.
    const confirming = await as.passkeys.confirmOptions({})
    const swapped = { challengeId: confirming.challengeId, response: device.get(confirming.options) }
    await expect(stranger(clock).passkeys.signIn(swapped)).rejects.toMatchObject(refusedWith('unauthenticated'))
    const [one, two] = [await stranger(clock).passkeys.signInOptions({}), await stranger(clock).passkeys.signInOptions({})]
    const crossed = { challengeId: one.challengeId, response: device.get(two.options) }
    await expect(stranger(clock).passkeys.signIn(crossed)).rejects.toMatchObject(refusedWith('unauthenticated'))
  })

  test.each<[string, Lies]>([
    ['made on another site', { origin: 'https://virel.example' }],
    ['made on another port of the same machine', { origin: 'http://localhost:3001' }],
    ['made for another name', { rpId: 'example.com' }],
    ['made without unlocking the device', { unverified: true }],
    ['made as another kind of answer', { type: 'webauthn.create' }],
    ['to a challenge of its own', { challenge: 'AAAA' }],
    ['in another’s name', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    ['of a copy whose counter lags behind', { counter: 1 }],
    ['under an id nobody has', { credentialId: 'AAAAAAAAAAAAAAAAAAAAAAAA' }],
  ])('%s is refused, in the same words', async (_what, lies) => {
    const { user, as } = await signedIn()
    const device = await addPasskey(as)
    await signInWith(device)
    await expect(signInWith(device, lies)).rejects.toMatchObject({
      cause: { code: 'unauthenticated', message: 'This passkey did not work. Try again, or sign in with your password.' },
    })
    // Negative control: the same device, telling the truth.
    expect((await signInWith(device)).user.id).toBe(user.id)
  })

  test('signed by another’s key under this id is refused', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const [mine, theirs] = [await addPasskey(one.as), await addPasskey(other.as)]
    await expect(signInWith(theirs, { credentialId: mine.credentialId })).rejects.toMatchObject(refusedWith('unauthenticated'))
    const handle = mine.userHandle ?? ''
    await expect(signInWith(theirs, { userHandle: handle })).rejects.toMatchObject(refusedWith('unauthenticated'))
  })
})

describe('a new passkey', () => {
  test.each<[string, Lies]>([
    ['another site', { origin: 'https://virel.example' }],
    ['another name', { rpId: 'example.com' }],
    ['a device that was not unlocked', { unverified: true }],
    ['another challenge', { challenge: 'AAAA' }],
  ])('from %s is not taken', async (_what, lies) => {
    const { user, as } = await signedIn()
    const { challengeId, options } = await as.passkeys.creationOptions({})
    const response = new SoftAuthenticator().create(options, lies)
    await expect(as.passkeys.add({ challengeId, name: 'X', response })).rejects.toMatchObject(refusedWith('invalid'))
    expect(await usersOf(user)).toEqual([])
  })

  test('made for one person’s challenge is not taken for another, nor twice for anyone', async () => {
    const [one, other] = [await signedIn(), await signedIn()]
    const asked = await one.as.passkeys.creationOptions({})
    const device = new SoftAuthenticator()
    const answer = { challengeId: asked.challengeId, name: 'X', response: device.create(asked.options) }
    await expect(other.as.passkeys.add(answer)).rejects.toMatchObject(refusedWith('invalid'))
    await one.as.passkeys.add(answer)
    await expect(one.as.passkeys.add(answer)).rejects.toMatchObject(refusedWith('invalid'))
    const more = await other.as.passkeys.creationOptions({})
    const same = { challengeId: more.challengeId, name: 'X', response: device.create(more.options) }
    await expect(other.as.passkeys.add(same)).rejects.toMatchObject(refusedWith('conflict'))
  })

  test('with fields nobody asked for is refused as it came', async () => {
    const { as } = await signedIn()
    const { challengeId, options } = await as.passkeys.creationOptions({})
    const response = new SoftAuthenticator().create(options)
    const extra = { challengeId, name: 'X', response, userId: 'someone', counter: 0 }
    await expect(as.passkeys.add(extra)).rejects.toThrow('unrecognized_keys')
  })

  test('lets a session on that had to set up its second factor first', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const strict = (await import('#server/auth/sessions.ts')).createSessions(database().db, new TestClock(), {
      requireSecondFactor: true,
    })
    const { token } = await strict.start(owner.id, { ip: null, agent: null })
    const enrolling = (await strict.resolve(token))?.actor
    if (!enrolling) throw new Error('the session has ended')
    const ctx = testCtx(database(), enrolling, { token, sessions: strict })
    const as = callerOf(database(), enrolling, { token, sessions: strict, answer: ctx.answer })
    await expect(as.users.list({})).rejects.toMatchObject(refusedWith('enrol_second_factor'))
    await addPasskey(as)
    const [session] = await database().db.selectFrom('sessions').select('factors').where('user_id', '=', owner.id).execute()
    expect(session?.factors).toContain('passkey')
  })
})
