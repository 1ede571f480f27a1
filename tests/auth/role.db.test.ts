import { beforeAll, describe, expect, test } from 'vitest'
import { type Permission, SYSTEM_ROLES } from '#server/auth/permissions.ts'
import { createSessions } from '#server/auth/sessions.ts'
import { systemClock } from '#server/context.ts'
import { maySpread } from '#server/domains/users/index.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, permissionsOf } from '#tests/support/context.ts'
import { createTestDatabase, testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
let made: Fixtures
beforeAll(async () => {
  made = await Fixtures.in(database())
})

const refusedWith = (code: string) => ({ cause: { code } })
let n = 0
const name = (text = 'Night desk') => `${text} ${'abcdefghij'[n % 10]}${n++}`

describe('a role of the agency’s own', () => {
  test('is made of permissions, given to people, changed, and deleted when nobody has it', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const api = callerOf(database(), owner)
    const role = await api.roles.create({ name: name(), description: 'At night', permissions: ['tasks.read', 'bookings.read'] })
    expect(role).toMatchObject({ isSystem: false, version: 1, permissions: ['bookings.read', 'tasks.read'], users: 0 })
    const user = await makeUser(database(), 'OPERATOR')
    await api.users.setRoles({ id: user.id, roles: [role.code] })
    await expect(api.roles.remove({ code: role.code })).rejects.toMatchObject(refusedWith('conflict'))
    const changed = await api.roles.update({ code: role.code, version: 1, permissions: ['tasks.read'] })
    expect(changed).toMatchObject({ version: 2, permissions: ['tasks.read'], users: 1 })
    await expect(api.roles.update({ code: role.code, version: 1, name: 'Late' })).rejects.toMatchObject(
      refusedWith('stale_write'),
    )
    await api.users.setRoles({ id: user.id, roles: ['OPERATOR'] })
    await api.roles.remove({ code: role.code, version: 2 })
    const rows = await database()
      .db.selectFrom('audit_log')
      .selectAll()
      .where('entity_ref', '=', role.code)
      .orderBy('id')
      .execute()
    expect(rows.map((row) => row.action)).toEqual(['role.created', 'role.changed', 'role.deleted'])
    expect(rows[1]).toMatchObject({
      before: { permissions: ['bookings.read', 'tasks.read'] },
      after: { permissions: ['tasks.read'] },
    })
  })

  test('counts at the next request, and its people sign in again', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const api = callerOf(database(), owner)
    const role = await api.roles.create({ name: name(), permissions: ['tasks.read', 'bookings.read'] })
    const user = await makeUser(database(), 'OPERATOR')
    await api.users.setRoles({ id: user.id, roles: [role.code] })
    const sessions = createSessions(database().db, systemClock)
    const { token } = await sessions.start(user.id, { ip: null, agent: null })
    // A new name alone ends nothing.
    await api.roles.update({ code: role.code, name: name() })
    expect((await sessions.resolve(token))?.actor.permissions.has('bookings.read')).toBe(true)
    await api.roles.update({ code: role.code, permissions: ['tasks.read'] })
    expect(await sessions.resolve(token)).toBeUndefined()
    const again = await sessions.start(user.id, { ip: null, agent: null })
    expect([...((await sessions.resolve(again.token))?.actor.permissions ?? [])]).toEqual(['tasks.read'])
  })

  test('is not deleted while someone is given it, or invited with it', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const api = callerOf(database(), owner)
    for (let round = 0; round < 5; round++) {
      const role = await api.roles.create({ name: name(), permissions: ['tasks.read'] })
      const user = await makeUser(database(), 'OPERATOR')
      const [removed, granted] = await Promise.allSettled([
        api.roles.remove({ code: role.code }),
        api.users.setRoles({ id: user.id, roles: [role.code] }),
      ])
      // Either it went and could not be given, or it was given and stays.
      expect([removed.status, granted.status].sort()).toEqual(['fulfilled', 'rejected'])
      const loser = removed.status === 'rejected' ? removed : granted
      expect(['conflict', 'invalid']).toContain(loser.status === 'rejected' ? loser.reason.cause.code : '')
    }
    const role = await api.roles.create({ name: name(), permissions: ['tasks.read'] })
    const { id } = await api.invitations.create({ email: made.email(), name: 'N', roles: [role.code] })
    await expect(api.roles.remove({ code: role.code })).rejects.toMatchObject(refusedWith('conflict'))
    await api.invitations.revoke({ id })
    await api.roles.remove({ code: role.code })
  })

  test('of the product stays as it is, for the owner too', async () => {
    const api = callerOf(database(), await makeUser(database(), 'OWNER'))
    for (const { code } of SYSTEM_ROLES) {
      await expect(api.roles.update({ code, permissions: ['tasks.read'] })).rejects.toMatchObject(refusedWith('conflict'))
      await expect(api.roles.update({ code, name: 'Boss' })).rejects.toMatchObject(refusedWith('conflict'))
      await expect(api.roles.remove({ code })).rejects.toMatchObject(refusedWith('conflict'))
    }
    await expect(api.roles.create({ name: 'OWNER', permissions: [] })).rejects.toMatchObject(refusedWith('conflict'))
  })
})

describe('who may do little can not make themselves or others more', () => {
  const BEYOND: Permission[] = [
    'payments.refund',
    'users.grant_any',
    'api_keys.manage',
    'messages.read',
    'users.write',
    'users.grant',
    'roles.write',
  ]

  test('a manager makes roles only of what managed roles are made of', async () => {
    const manager = await makeUser(database(), 'OPS_MANAGER')
    const as = callerOf(database(), manager)
    for (const permission of BEYOND) {
      const made = as.roles.create({ name: name(), permissions: ['tasks.read', permission] })
      await expect(made).rejects.toMatchObject(refusedWith('forbidden'))
    }
    const role = await as.roles.create({ name: name(), permissions: ['tasks.read', 'bookings.read_all'] })
    for (const permission of BEYOND) {
      const widened = as.roles.update({ code: role.code, permissions: ['tasks.read', permission] })
      await expect(widened).rejects.toMatchObject(refusedWith('forbidden'))
    }
    await as.roles.update({ code: role.code, permissions: ['tasks.read'] })
  })

  test('a manager touches no role that holds more, gives none, and manages nobody who has one', async () => {
    const [owner, manager] = [await makeUser(database(), 'OWNER'), await makeUser(database(), 'OPS_MANAGER')]
    const as = callerOf(database(), manager)
    const strong = await callerOf(database(), owner).roles.create({ name: name('Cashier'), permissions: ['payments.refund'] })
    const holder = await makeUser(database(), 'OPERATOR')
    await callerOf(database(), owner).users.setRoles({ id: holder.id, roles: ['OPERATOR', strong.code] })
    const operator = await makeUser(database(), 'OPERATOR')
    const attempts = [
      () => as.roles.update({ code: strong.code, permissions: [] }),
      () => as.roles.update({ code: strong.code, name: 'Mine' }),
      () => as.roles.remove({ code: strong.code }),
      () => as.users.setRoles({ id: operator.id, roles: [strong.code] }),
      () => as.users.setRoles({ id: manager.id, roles: ['OPS_MANAGER', strong.code] }),
      () => as.users.setRoles({ id: holder.id, roles: ['OPERATOR'] }),
      () => as.users.update({ id: holder.id, password: 'correct horse battery' }),
      () => as.users.update({ id: holder.id, disabled: true }),
      () => as.invitations.create({ email: made.email(), name: 'N', roles: [strong.code] }),
      () => as.users.create({ email: made.email(), name: 'N', password: 'correct horse battery', roles: [strong.code] }),
      () => as.passwordResets.send({ id: holder.id }),
    ]
    for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject(refusedWith('forbidden'))
    // Negative control: the same acts on a role within reach.
    const weak = await as.roles.create({ name: name('Helper'), permissions: ['tasks.read'] })
    expect((await as.users.setRoles({ id: operator.id, roles: [weak.code] })).roles).toEqual([weak.code])
    await as.users.update({ id: operator.id, disabled: true })
  })

  test('with a role of their own that grants, only what they hold can be passed on', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const { code } = await callerOf(database(), owner).roles.create({
      name: name('Team lead'),
      permissions: ['users.read', 'users.write', 'users.grant', 'roles.write', 'tasks.read'],
    })
    const lead = { ...(await makeUser(database(), 'READ_ONLY')), roles: [code] }
    await callerOf(database(), owner).users.setRoles({ id: lead.id, roles: [code] })
    const permissions = new Set<Permission>(['users.read', 'users.write', 'users.grant', 'roles.write', 'tasks.read'])
    const as = callerOf(database(), { ...lead, permissions })
    const target = await makeUser(database(), 'OPERATOR')
    // An operator sees clients, the lead does not.
    await expect(as.users.setRoles({ id: target.id, roles: [] })).rejects.toMatchObject(refusedWith('forbidden'))
    const asOperator = { email: made.email(), name: 'N', password: 'correct horse battery', roles: ['OPERATOR'] }
    await expect(as.users.create(asOperator)).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(as.roles.create({ name: name(), permissions: ['clients.read'] })).rejects.toMatchObject(refusedWith('forbidden'))
    await as.roles.create({ name: name(), permissions: ['tasks.read'] })
  })

  test('a manager holds everything that is in the roles they manage', () => {
    const manager = { kind: 'user' as const, id: null, name: '', roles: [], permissions: permissionsOf('OPS_MANAGER') }
    for (const role of ['OPERATOR', 'CONTENT_MANAGER', 'READ_ONLY'] as const) {
      expect([...permissionsOf(role)].filter((permission) => !maySpread(manager, permission))).toEqual([])
    }
  })

  test('fields nobody asked for are refused as they come', async () => {
    const api = callerOf(database(), await makeUser(database(), 'OWNER'))
    for (const extra of [{ isSystem: true }, { code: 'OWNER' }, { version: 7 }, { users: [] }]) {
      const stuffed = { name: name(), permissions: [], ...extra }
      await expect(api.roles.create(stuffed)).rejects.toThrow('unrecognized_keys')
    }
    const unknown = api.roles.create({ name: name(), permissions: ['everything.write'] })
    await expect(unknown).rejects.toThrow('is not a permission')
  })
})

describe('the last owner', () => {
  test.each(['demote', 'disable'] as const)('stays when two owners %s each other at once, again and again', async (how) => {
    const db = await createTestDatabase()
    try {
      const [anna, bert] = [await makeUser(db, 'OWNER', 'Anna'), await makeUser(db, 'OWNER', 'Bert')]
      for (let round = 0; round < 10; round++) {
        const against = (by: typeof anna, whom: typeof anna) =>
          how === 'demote'
            ? callerOf(db, by).users.setRoles({ id: whom.id, roles: ['OPERATOR'] })
            : callerOf(db, by).users.update({ id: whom.id, disabled: true })
        const tries = await Promise.allSettled([against(anna, bert), against(bert, anna)])
        expect(tries.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
        // Whoever lost is put back straight in the database.
        await db.db.updateTable('users').set({ disabled_at: null }).execute()
        await db.db.deleteFrom('user_roles').execute()
        const rows = [anna, bert].map(({ id }) => ({ user_id: id, role_code: 'OWNER', granted_at: new Date() }))
        await db.db.insertInto('user_roles').values(rows).execute()
      }
    } finally {
      await db.drop()
    }
  })
})

describe('a preview of what others see', () => {
  test('counts the rows they would find and shows the first as they would see it', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const operator = await makeUser(database(), 'OPERATOR')
    const before = (await callerOf(database(), owner).accessPreview.show({ userId: operator.id })).lists
    await made.task('own', operator)
    await made.task('foreign', operator)
    await made.client()
    const { lists, areas, subject } = await callerOf(database(), owner).accessPreview.show({ userId: operator.id })
    const count = (from: typeof lists, list: string) => from.find((one) => one.list === list)?.count ?? -1
    expect(subject).toEqual({ kind: 'user', name: 'OPERATOR', roles: ['Operator'] })
    expect(count(lists, 'tasks.list') - count(before, 'tasks.list')).toBe(1)
    expect(lists.find((one) => one.list === 'payments.list')).toMatchObject({ allowed: false, count: 0, sample: [] })
    const client = lists.find((one) => one.list === 'clients.list')?.sample.find((field) => field.label === 'email')
    expect(client?.value).toContain('***')
    expect(areas.find((one) => one.area === 'bookings')?.mayNot.map((one) => one.code)).toContain('bookings.waive_deposit')
    const looks = await database()
      .db.selectFrom('audit_log')
      .select('action')
      .where('actor_id', '=', owner.id)
      .where('entity_id', '=', operator.id)
      .execute()
    expect(looks).toEqual([{ action: 'access.previewed' }, { action: 'access.previewed' }])
  })

  test('is for roles and for sets that are not saved, and names what it is not asked', async () => {
    const api = callerOf(database(), await makeUser(database(), 'OWNER'))
    const none = await api.accessPreview.show({ permissions: [] })
    expect(none.lists.every((list) => !list.allowed)).toBe(true)
    const some = await api.accessPreview.show({ permissions: ['tasks.read', 'tasks.read_all'] })
    expect(some.lists.filter((list) => list.allowed).map((list) => list.list)).toEqual(['tasks.list'])
    const roles = await api.accessPreview.show({ roles: ['READ_ONLY', 'FINANCE'] })
    expect(roles.permissions).toEqual([...new Set([...permissionsOf('READ_ONLY'), ...permissionsOf('FINANCE')])].sort())
    await expect(api.accessPreview.show({})).rejects.toThrow('exactly one')
    await expect(api.accessPreview.show({ roles: ['OWNER'], permissions: [] })).rejects.toThrow('exactly one')
    await expect(api.accessPreview.show({ roles: ['WIZARD'] })).rejects.toMatchObject(refusedWith('invalid'))
    const manager = callerOf(database(), await makeUser(database(), 'OPS_MANAGER'))
    await expect(manager.accessPreview.show({ roles: ['OWNER'] })).rejects.toMatchObject(refusedWith('forbidden'))
  })
})
