import { beforeAll, describe, expect, test } from 'vitest'
import { anonymous } from '#server/context.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const PASSWORD = 'correct horse battery'
const DAY = 24 * 60
let made: Fixtures
beforeAll(async () => {
  made = await Fixtures.in(database())
})

const refusedWith = (code: string) => ({ cause: { code } })
const DEAD = { cause: { code: 'not_found', message: 'This link does not work any more. Ask who sent it for a new one.' } }
const stranger = (clock: TestClock = made.clock) => callerOf(database(), anonymous, { clock, ip: null })

describe('an invitation', () => {
  test('makes its person a user with its roles, by a password only they know', async () => {
    const email = made.email()
    const { id, token } = await made.invitation('nobody', email)
    expect(await stranger().invitations.open({ token })).toMatchObject({ email, name: 'Invited', roles: ['Operator'] })
    await stranger().invitations.accept({ token, password: PASSWORD })
    const { user } = await stranger().auth.login({ email, password: PASSWORD })
    expect(user.roles).toEqual(['OPERATOR'])
    const owner = await makeUser(database(), 'OWNER')
    const { items } = await callerOf(database(), owner).invitations.list({ limit: 200 })
    expect(items.find((item) => item.id === id)).toMatchObject({ status: 'accepted', userId: user.id })
    const audited = await database().db.selectFrom('audit_log').select('action').where('actor_id', '=', user.id).execute()
    expect(audited.map((row) => row.action)).toEqual(expect.arrayContaining(['user.created', 'invitation.accepted']))
  })

  test('keeps only the hash of its link, and its link in no answer', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const email = made.email()
    const answer = await callerOf(database(), owner, { clock: made.clock }).invitations.create({ email, name: 'N' })
    const token = await made.linkToken(email)
    expect(token.length).toBeGreaterThan(40)
    const rows = await database().db.selectFrom('invitations').selectAll().where('email', '=', email).execute()
    const audit = await database().db.selectFrom('audit_log').selectAll().where('entity_id', '=', answer.id).execute()
    expect(JSON.stringify([answer, rows, audit])).not.toContain(token)
    // Negative control: the token is the one that opens it.
    expect(await stranger().invitations.open({ token })).toMatchObject({ email })
  })

  test('works once, also for two who use it at the same time', async () => {
    const { token } = await made.invitation()
    const both = await Promise.allSettled([1, 2].map(() => stranger().invitations.accept({ token, password: PASSWORD })))
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find((one) => one.status === 'rejected')?.reason).toMatchObject(DEAD)
    await expect(stranger().invitations.accept({ token, password: PASSWORD })).rejects.toMatchObject(DEAD)
  })

  test('answers alike when used, revoked, sent again, expired or never made', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const clock = new TestClock()
    const api = callerOf(database(), owner, { clock })
    const invite = async () => {
      const email = made.email()
      const { id } = await api.invitations.create({ email, name: 'N' })
      return { id, email, token: await made.linkToken(email) }
    }
    const [used, revoked, resent, expired] = [await invite(), await invite(), await invite(), await invite()]
    await stranger(clock).invitations.accept({ token: used.token, password: PASSWORD })
    await api.invitations.revoke({ id: revoked.id })
    await api.invitations.resend({ id: resent.id })
    const fresh = await made.linkToken(resent.email)
    expect((await stranger(clock).invitations.open({ token: fresh })).email).toBe(resent.email)
    for (const dead of [used.token, revoked.token, resent.token, 'never-made']) {
      await expect(stranger(clock).invitations.open({ token: dead })).rejects.toMatchObject(DEAD)
      await expect(stranger(clock).invitations.accept({ token: dead, password: PASSWORD })).rejects.toMatchObject(DEAD)
    }
    clock.advance(7 * DAY + 1)
    await expect(stranger(clock).invitations.accept({ token: expired.token, password: PASSWORD })).rejects.toMatchObject(DEAD)
    // What has expired makes room: the address may be invited again.
    await api.invitations.create({ email: expired.email, name: 'N' })
  })

  test('is dead when who sent it has left, or may not give these roles any more', async () => {
    const manager = await makeUser(database(), 'OPS_MANAGER')
    const email = made.email()
    const clock = new TestClock()
    await callerOf(database(), manager, { clock }).invitations.create({ email, name: 'N', roles: ['OPERATOR'] })
    const token = await made.linkToken(email)
    const roles = (code: string) =>
      database().db.updateTable('user_roles').set({ role_code: code }).where('user_id', '=', manager.id).execute()
    const disabled = (at: Date | null) =>
      database().db.updateTable('users').set({ disabled_at: at }).where('id', '=', manager.id).execute()
    await disabled(new Date())
    await expect(stranger(clock).invitations.accept({ token, password: PASSWORD })).rejects.toMatchObject(DEAD)
    await disabled(null)
    await roles('CONTENT_MANAGER')
    await expect(stranger(clock).invitations.accept({ token, password: PASSWORD })).rejects.toMatchObject(DEAD)
    // Negative control: back in place it works.
    await roles('OPS_MANAGER')
    await stranger(clock).invitations.accept({ token, password: PASSWORD })
  })

  test('is sent by managers only for whom they manage, never by a key, and to an address once', async () => {
    const manager = await makeUser(database(), 'OPS_MANAGER')
    const as = callerOf(database(), manager, { clock: made.clock })
    for (const role of ['OWNER', 'FINANCE', 'OPS_MANAGER', 'INTEGRATIONS_ADMIN']) {
      const beyond = { email: made.email(), name: 'N', roles: [role] }
      await expect(as.invitations.create(beyond)).rejects.toMatchObject(refusedWith('forbidden'))
    }
    const email = made.email()
    await as.invitations.create({ email, name: 'N', roles: ['OPERATOR'] })
    await expect(as.invitations.create({ email, name: 'N' })).rejects.toMatchObject(refusedWith('conflict'))
    await expect(as.invitations.create({ email: manager.email ?? '', name: 'N' })).rejects.toMatchObject(refusedWith('conflict'))
    const both = { email: made.email(), name: 'N' }
    const twice = await Promise.allSettled([as.invitations.create(both), as.invitations.create(both)])
    expect(twice.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
    const { actor } = await made.apiKey([...manager.permissions])
    const byKey = callerOf(database(), actor).invitations.create({ email: made.email(), name: 'N' })
    await expect(byKey).rejects.toMatchObject(refusedWith('forbidden'))
  })

  test('of an owner’s making is out of a manager’s reach', async () => {
    const [owner, manager] = [await makeUser(database(), 'OWNER'), await makeUser(database(), 'OPS_MANAGER')]
    const { id } = await callerOf(database(), owner).invitations.create({ email: made.email(), name: 'N', roles: ['FINANCE'] })
    const as = callerOf(database(), manager)
    await expect(as.invitations.resend({ id })).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(as.invitations.revoke({ id })).rejects.toMatchObject(refusedWith('forbidden'))
  })

  test('takes no role, address or name from who accepts it', async () => {
    const { token } = await made.invitation()
    for (const extra of [{ roles: ['OWNER'] }, { email: 'other@example.com' }, { name: 'Boss' }, { id: made.id() }]) {
      const stuffed = { token, password: PASSWORD, ...extra }
      await expect(stranger().invitations.accept(stuffed)).rejects.toThrow('unrecognized_keys')
    }
    await expect(stranger().invitations.accept({ token, password: 'password1234' })).rejects.toThrow('too easy')
    await stranger().invitations.accept({ token, password: PASSWORD })
  })
})
