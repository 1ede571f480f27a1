import { describe, expect, test } from 'vitest'
import { hashPassword } from '#server/auth/passwords.ts'
import { hashOf } from '#server/auth/sessions.ts'
import { anonymous } from '#server/context.ts'
import { callerOf, makeUser, permissionsOf, type RoleCode, TestClock } from '#tests/support/context.ts'
import { createTestDatabase, testDatabase } from '#tests/support/database.ts'

const database = testDatabase({ max: 60 })
const PASSWORD = 'correct horse battery'
const hash = await hashPassword(PASSWORD)
let counter = 0

async function withPassword(role: RoleCode = 'OPERATOR', db = database()) {
  const user = await makeUser(db, role, `U${counter++}`)
  await db.db.updateTable('users').set({ password_hash: hash }).where('id', '=', user.id).execute()
  return { ...user, email: user.email ?? '' }
}

/** A stranger at an address of their own, so that one test's guesses are not another's limit. */
function stranger(ip = `10.0.0.${counter++}`) {
  return callerOf(database(), anonymous, { ip })
}

const refusedWith = (code: string) => ({ cause: { code } })

describe('signing in', () => {
  test('gives a token that opens a session, and the person behind it', async () => {
    const user = await withPassword()
    const {
      token,
      expiresAt,
      user: me,
    } = await stranger().auth.login({ email: ` ${user.email.toUpperCase()} `, password: PASSWORD })
    expect(token.length).toBeGreaterThanOrEqual(32)
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now() - 1e12)
    expect(me).toMatchObject({ id: user.id, roles: ['OPERATOR'] })
    const stored = await database().db.selectFrom('sessions').select('id').where('user_id', '=', user.id).execute()
    expect(stored).toEqual([{ id: hashOf(token) }])
  })

  test('says the same of a wrong password, an unknown address and a disabled user', async () => {
    const user = await withPassword()
    const gone = await withPassword()
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', gone.id).execute()
    const answers = await Promise.all(
      [
        { email: user.email, password: 'wrong' },
        { email: 'nobody@example.com', password: PASSWORD },
        { email: gone.email, password: PASSWORD },
        { email: 'not an address', password: PASSWORD },
      ].map((input) =>
        stranger()
          .auth.login(input)
          .catch((error: Error) => error),
      ),
    )
    expect(new Set(answers.map((error) => (error as Error).message)).size).toBe(1)
    for (const error of answers) expect(error).toMatchObject(refusedWith('unauthenticated'))
  })

  test('is looked at five times per account in a quarter of an hour, even for fifty guesses at once from everywhere', async () => {
    const user = await withPassword()
    const guesses = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        callerOf(database(), anonymous, { ip: `10.9.0.${n}` })
          .auth.login({ email: user.email, password: `guess ${n}` })
          .catch((error: { cause: { code: string } }) => error.cause.code),
      ),
    )
    expect(guesses.filter((code) => code === 'unauthenticated')).toHaveLength(5)
    expect(guesses.filter((code) => code === 'rate_limited')).toHaveLength(45)
    const refused = await stranger()
      .auth.login({ email: user.email, password: PASSWORD })
      .catch((error: { cause: { facts: { retryAfterSeconds: number } } }) => error.cause.facts)
    expect(refused).toEqual({ retryAfterSeconds: expect.any(Number) })
  })

  test('that succeeds frees the account', async () => {
    const user = await withPassword()
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 4; n++)
        await stranger()
          .auth.login({ email: user.email, password: 'wrong' })
          .catch(() => {})
      await stranger().auth.login({ email: user.email, password: PASSWORD })
    }
  })

  test('is audited either way, without the password', async () => {
    const user = await withPassword()
    await stranger()
      .auth.login({ email: user.email, password: 'hunter2hunter2' })
      .catch(() => {})
    await stranger().auth.login({ email: user.email, password: PASSWORD })
    const rows = await database()
      .db.selectFrom('audit_log')
      .selectAll()
      .where('entity_id', '=', user.id)
      .orderBy('at')
      .orderBy('id')
      .execute()
    expect(rows.map((row) => [row.action, row.actor_id])).toEqual([
      ['user.sign_in_failed', null],
      ['user.signed_in', user.id],
    ])
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|correct horse/)
  })

  test('ends at once for who is disabled, and for whose roles change', async () => {
    const owner = await makeUser(database(), 'OWNER')
    for (const end of ['disable', 'roles'] as const) {
      const user = await withPassword()
      const { token } = await stranger().auth.login({ email: user.email, password: PASSWORD })
      const asOwner = callerOf(database(), owner)
      if (end === 'disable') await asOwner.users.update({ id: user.id, disabled: true })
      else await asOwner.users.setRoles({ id: user.id, roles: ['READ_ONLY'] })
      const resumed = callerOf(database(), { ...user, credential: hashOf(token) }, { token })
      await expect(resumed.auth.refresh({})).rejects.toMatchObject(refusedWith('unauthenticated'))
    }
  })

  test('can be ended by oneself, elsewhere too, but nobody else’s', async () => {
    const [user, other] = [await withPassword(), await withPassword()]
    const here = await stranger().auth.login({ email: user.email, password: PASSWORD })
    const phone = await stranger().auth.login({ email: user.email, password: PASSWORD })
    const foreign = await stranger().auth.login({ email: other.email, password: PASSWORD })
    const me = callerOf(database(), user, { token: here.token })
    expect((await me.auth.sessions({})).items.filter((item) => item.current)).toHaveLength(1)
    await me.auth.endSession({ id: hashOf(phone.token) })
    await expect(me.auth.endSession({ id: hashOf(foreign.token) })).rejects.toMatchObject(refusedWith('not_found'))
    expect((await me.auth.sessions({})).items.map((item) => item.id)).toEqual([hashOf(here.token)])
    await me.auth.logout({})
    await expect(me.auth.refresh({})).rejects.toMatchObject(refusedWith('unauthenticated'))
  })

  test('with a new password of one’s own needs the old one and ends the other sessions', async () => {
    const user = await withPassword()
    const here = await stranger().auth.login({ email: user.email, password: PASSWORD })
    await stranger().auth.login({ email: user.email, password: PASSWORD })
    const me = callerOf(database(), user, { token: here.token })
    const next = 'staple battery horse'
    await expect(me.auth.changePassword({ currentPassword: 'wrong', newPassword: next })).rejects.toMatchObject(
      refusedWith('invalid'),
    )
    await expect(me.auth.changePassword({ currentPassword: PASSWORD, newPassword: 'short' })).rejects.toThrow('at least 12')
    await me.auth.changePassword({ currentPassword: PASSWORD, newPassword: next })
    expect((await me.auth.sessions({})).items).toHaveLength(1)
    await stranger().auth.login({ email: user.email, password: next })
  })
})

describe('users', () => {
  test('always leave an owner: of two who demote or disable each other at once one stays', async () => {
    const db = await createTestDatabase()
    try {
      const [anna, bert] = [await makeUser(db, 'OWNER', 'Anna'), await makeUser(db, 'OWNER', 'Bert')]
      const tries = await Promise.allSettled([
        callerOf(db, anna).users.update({ id: bert.id, disabled: true }),
        callerOf(db, bert).users.setRoles({ id: anna.id, roles: ['OPERATOR'] }),
      ])
      expect(tries.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      expect(tries.find((one) => one.status === 'rejected')?.reason).toMatchObject(refusedWith('conflict'))
      const left = tries[0]?.status === 'fulfilled' ? anna : bert
      await expect(callerOf(db, left).users.setRoles({ id: left.id, roles: [] })).rejects.toMatchObject(refusedWith('conflict'))
      await expect(callerOf(db, left).users.update({ id: left.id, disabled: true })).rejects.toMatchObject(
        refusedWith('conflict'),
      )
    } finally {
      await db.drop()
    }
  })

  test('are managed by a manager only below finance, and never made more', async () => {
    const db = database()
    const [owner, manager, operator, finance] = [
      await makeUser(db, 'OWNER'),
      await makeUser(db, 'OPS_MANAGER'),
      await makeUser(db, 'OPERATOR'),
      await makeUser(db, 'FINANCE'),
    ]
    const as = callerOf(db, manager)
    for (const beyond of [owner, finance, manager]) {
      await expect(as.users.update({ id: beyond.id, name: 'X' })).rejects.toMatchObject(refusedWith('forbidden'))
      await expect(as.users.setRoles({ id: beyond.id, roles: ['OPERATOR'] })).rejects.toMatchObject(refusedWith('forbidden'))
    }
    for (const role of ['OWNER', 'FINANCE', 'OPS_MANAGER', 'INTEGRATIONS_ADMIN']) {
      await expect(as.users.setRoles({ id: operator.id, roles: [role] })).rejects.toMatchObject(refusedWith('forbidden'))
      await expect(
        as.users.create({ email: `n${role.toLowerCase()}@example.com`, name: 'N', password: PASSWORD, roles: [role] }),
      ).rejects.toMatchObject(refusedWith('forbidden'))
    }
    expect((await as.users.setRoles({ id: operator.id, roles: ['READ_ONLY', 'CONTENT_MANAGER'] })).roles).toEqual([
      'CONTENT_MANAGER',
      'READ_ONLY',
    ])
    expect((await as.users.update({ id: operator.id, disabled: true })).status).toBe('disabled')
    await expect(callerOf(db, operator).users.list({})).rejects.toMatchObject(refusedWith('forbidden'))
  })

  test('are made with a password nobody guesses, an address nobody has, and roles that exist', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const as = callerOf(database(), owner)
    const made = await as.users.create({ email: 'New.One@Example.com', name: 'New', password: PASSWORD, roles: ['OPERATOR'] })
    expect(made).toMatchObject({ email: 'new.one@example.com', roles: ['OPERATOR'], status: 'active', version: 1 })
    const again = { email: 'new.one@example.com', name: 'Again', password: PASSWORD }
    await expect(as.users.create(again)).rejects.toMatchObject(refusedWith('conflict'))
    await expect(as.users.create({ ...again, email: 'b@example.com', password: 'password1234' })).rejects.toThrow('too easy')
    await expect(as.users.create({ ...again, email: 'c@example.com', roles: ['WIZARD'] })).rejects.toMatchObject(
      refusedWith('invalid'),
    )
    await as.users.update({ id: made.id, version: 1, name: 'Newer' })
    await expect(as.users.update({ id: made.id, version: 1, name: 'Newest' })).rejects.toMatchObject({
      cause: { code: 'stale_write', facts: { currentVersion: 2, changed: { name: 'Newer' } } },
    })
  })

  test('show their addresses only to who may see personal data', async () => {
    const reader = await makeUser(database(), 'READ_ONLY')
    const { items } = await callerOf(database(), reader).users.list({})
    expect(items.length).toBeGreaterThan(0)
    expect(items.every((user) => user.email?.includes('***'))).toBe(true)
  })

  test('have roles that are sets of permissions', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const { items } = await callerOf(database(), owner).users.roles({})
    const operator = items.find((role) => role.code === 'OPERATOR')
    expect(operator?.permissions).toEqual([...permissionsOf('OPERATOR')].sort())
  })
})

describe('an API key', () => {
  test('is told once, does no more than its maker or a partner may, and ends when revoked', async () => {
    const clock = new TestClock()
    const admin = await makeUser(database(), 'INTEGRATIONS_ADMIN')
    const as = callerOf(database(), admin, { clock })
    const { key, ...made } = await as.apiKeys.create({ name: 'Partner', permissions: ['inquiries.write', 'inquiries.read'] })
    expect(key).toMatch(/^vk_[a-z0-9]{8}_/)
    const listed = await as.apiKeys.list({})
    expect(JSON.stringify(listed)).not.toContain(key.slice(12))
    expect(listed.items[0]).toMatchObject({ id: made.id, status: 'active', createdBy: { id: admin.id } })
    await expect(as.apiKeys.create({ name: 'Too much', permissions: ['payments.refund'] })).rejects.toMatchObject(
      refusedWith('forbidden'),
    )
    expect((await as.apiKeys.revoke({ id: made.id })).status).toBe('revoked')
    await expect(as.apiKeys.revoke({ id: made.id })).rejects.toMatchObject(refusedWith('conflict'))
    const operator = await makeUser(database(), 'OPERATOR')
    await expect(callerOf(database(), operator).apiKeys.list({})).rejects.toMatchObject(refusedWith('forbidden'))
  })
})
