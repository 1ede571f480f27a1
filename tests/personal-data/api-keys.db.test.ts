import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { resolveApiKey } from '#server/auth/api-keys.ts'
import { addressAllowed, canonicalRange } from '#server/auth/key-addresses.ts'
import type { Permission } from '#server/auth/permissions.ts'
import type { Actor } from '#server/context.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { startWeb, type TestWeb } from '#tests/support/web.ts'

const database = testDatabase()
const clock = new TestClock()
const refused = (code: string) => ({ cause: expect.objectContaining({ code }) })
const as = (actor: Actor) => callerOf(database(), actor, { clock })
let web: TestWeb
let made: Fixtures
beforeAll(async () => {
  web = await startWeb(database(), { clock })
  made = await Fixtures.in(database())
})
afterAll(async () => {
  await web.close()
})

const resolve = (token: string, ip: string | null = '203.0.113.9') => resolveApiKey({ db: database().db, clock }, token, ip)
const works = async (token: string) => (await web.rest('GET', '/me', { token })).status === 200

async function keyOf(owner: Actor, more: Partial<Parameters<ReturnType<typeof as>['apiKeys']['create']>[0]> = {}) {
  return as(owner).apiKeys.create({
    name: 'A partner',
    permissions: ['inquiries.write', 'inquiries.read', 'bookings.read'],
    ...more,
  })
}

describe('the life of an API key', () => {
  test('it is told once, kept as a hash, works, and ends at once when revoked', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const key = await keyOf(owner)
    expect(await works(key.key)).toBe(true)
    const secret = key.key.split('_').at(-1) ?? ''
    const row = await database().db.selectFrom('api_keys').selectAll().where('id', '=', key.id).executeTakeFirstOrThrow()
    expect(JSON.stringify(row)).not.toContain(secret)
    expect(JSON.stringify([await as(owner).apiKeys.get({ id: key.id }), await as(owner).apiKeys.list({})])).not.toContain(secret)
    await as(owner).apiKeys.revoke({ id: key.id })
    expect(await works(key.key)).toBe(false)
    for (const again of ['revoke', 'rotate'] as const)
      await expect(as(owner).apiKeys[again]({ id: key.id })).rejects.toMatchObject(refused('conflict'))
  })

  test('rotated, the old secret works for its overlap and not a moment longer; one before that not at all', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const first = await keyOf(owner)
    const second = await as(owner).apiKeys.rotate({ id: first.id, overlapHours: 4 })
    expect(second.key).not.toBe(first.key)
    expect([await works(first.key), await works(second.key)]).toEqual([true, true])
    const third = await as(owner).apiKeys.rotate({ id: first.id, overlapHours: 4 })
    expect([await works(first.key), await works(second.key), await works(third.key)]).toEqual([false, true, true])
    clock.advance(4 * 60)
    expect([await works(second.key), await works(third.key)]).toEqual([false, true])
    const fourth = await as(owner).apiKeys.rotate({ id: first.id })
    expect([await works(third.key), await works(fourth.key)]).toEqual([false, true])
    await as(owner).apiKeys.rotate({ id: first.id, overlapHours: 24 })
    await as(owner).apiKeys.revoke({ id: first.id })
    expect(await works(fourth.key)).toBe(false)
  })

  test('rotated ten times at once, one secret is the newest and each rotation told its own', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const { id } = await keyOf(owner)
    const all = await Promise.all(Array.from({ length: 10 }, () => as(owner).apiKeys.rotate({ id })))
    const alive = await Promise.all(all.map(({ key }) => works(key)))
    expect(alive.filter(Boolean)).toHaveLength(1)
  })

  test('expired it works no more, and is not rotated back to life', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const key = await keyOf(owner, { expiresAt: new Date(clock.now().getTime() + 3_600_000).toISOString() })
    expect(await works(key.key)).toBe(true)
    clock.advance(60)
    expect(await works(key.key)).toBe(false)
    await expect(as(owner).apiKeys.rotate({ id: key.id })).rejects.toMatchObject(refused('conflict'))
    expect((await as(owner).apiKeys.list({ status: 'expired', q: 'partner' })).items.map(({ id }) => id)).toContain(key.id)
  })

  test('making and rotating want a fresh sign-in, and no key makes keys', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const { id } = await keyOf(owner)
    const stale = { ...owner, authenticatedAt: new Date(clock.now().getTime() - 16 * 60_000) }
    await expect(keyOf(stale)).rejects.toMatchObject(refused('reauthenticate'))
    await expect(as(stale).apiKeys.rotate({ id })).rejects.toMatchObject(refused('reauthenticate'))
    const key = await made.apiKey(['api_keys.manage'])
    await expect(keyOf(key.actor)).rejects.toMatchObject(refused('forbidden'))
  })
})

describe('what a key may do', () => {
  const roles = (userId: string) => ({
    set: (role: string) =>
      database().db.updateTable('user_roles').set({ role_code: role }).where('user_id', '=', userId).execute(),
  })

  test('no more than who made it, nor more than they may later; disabled, it stops', async () => {
    const manager = await makeUser(database(), 'INTEGRATIONS_ADMIN')
    await expect(keyOf(manager, { permissions: ['clients.read'] })).rejects.toMatchObject(refused('forbidden'))
    const owner = await makeUser(database(), 'OWNER')
    const key = await keyOf(owner, { permissions: ['clients.read', 'inquiries.write'] })
    const permissions = async () => [...((await resolve(key.key))?.permissions ?? [])].sort()
    expect(await permissions()).toEqual(['clients.read', 'inquiries.write'])
    await roles(owner.id).set('FINANCE')
    // What a partner may, it keeps.
    expect(await permissions()).toEqual(['inquiries.write'])
    expect((await as(manager).apiKeys.get({ id: key.id })).suspended).toEqual(['clients.read'])
    await roles(owner.id).set('OWNER')
    expect(await permissions()).toEqual(['clients.read', 'inquiries.write'])
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', owner.id).execute()
    expect(await works(key.key)).toBe(false)
  })

  test('who takes over a stopped key by rotating it must have what it may do, and it works again', async () => {
    const [owner, other, admin] = await Promise.all([
      makeUser(database(), 'OWNER'),
      makeUser(database(), 'OWNER', 'Other'),
      makeUser(database(), 'INTEGRATIONS_ADMIN'),
    ])
    const key = await keyOf(owner, { permissions: ['clients.read'] })
    await database().db.updateTable('users').set({ disabled_at: new Date() }).where('id', '=', owner.id).execute()
    await expect(as(admin).apiKeys.rotate({ id: key.id })).rejects.toMatchObject(refused('forbidden'))
    const taken = await as(other).apiKeys.rotate({ id: key.id, overlapHours: 1 })
    expect(taken.responsible?.id).toBe(other.id)
    expect([await works(key.key), await works(taken.key)]).toEqual([true, true])
  })

  test('only from its addresses, in any spelling of them, and with its own limit', async () => {
    const owner = await makeUser(database(), 'OWNER')
    const allowedAddresses = ['192.0.2.77/24', '2001:db8::1', '203.0.113.9']
    const key = await keyOf(owner, { allowedAddresses, requestsPerMinute: 30 })
    expect(key.allowedAddresses).toEqual(['192.0.2.0/24', '2001:db8::1/128', '203.0.113.9/32'])
    expect((await resolve(key.key, '203.0.113.9'))?.requestsPerMinute).toBe(30)
    for (const ip of ['192.0.2.1', '::ffff:192.0.2.1', '2001:db8:0:0::1']) expect(await resolve(key.key, ip), ip).toBeDefined()
    for (const ip of ['192.0.3.1', '2001:db8::2', '::ffff:203.0.113.8', null, 'nonsense'])
      expect(await resolve(key.key, ip), `${ip}`).toBeUndefined()
    // Over HTTP this very machine is a stranger to it.
    expect(await works(key.key)).toBe(false)
    await as(owner).apiKeys.update({ id: key.id, allowedAddresses: [] })
    expect(await works(key.key)).toBe(true)
  })

  test('addresses are whole addresses: no short forms, names or wide-open mistakes', () => {
    for (const text of ['1', '127.1', '0x7f.0.0.1', 'localhost', '10.0.0.0/33', '::/129', '10.0.0.0/', '']) {
      expect(canonicalRange(text), text).toBeUndefined()
    }
    expect(addressAllowed(['0.0.0.0/0'], '2001:db8::1')).toBe(false)
    expect(addressAllowed([], null)).toBe(true)
  })

  test('a partner sees the bookings that came from its own inquiries, and no others', async () => {
    const partner: Permission[] = ['inquiries.write', 'inquiries.read', 'bookings.read']
    const [mine, theirs] = [await made.apiKey(partner), await made.apiKey(partner)]
    const own = await made.booking('own', mine.actor)
    const nobodys = await made.booking('nobody', mine.actor)
    const listed = async (token: string) => {
      const { body } = await web.rest<{ items: { id: string }[] }>('GET', '/bookings', { token })
      return body.items.map(({ id }) => id)
    }
    expect(await listed(mine.token)).toEqual([own])
    expect(await listed(theirs.token)).toEqual([])
    expect((await web.rest('GET', `/bookings/${own}`, { token: mine.token })).status).toBe(200)
    const [foreign, unknown, free] = await Promise.all([
      web.rest('GET', `/bookings/${own}`, { token: theirs.token }),
      web.rest('GET', `/bookings/${made.id()}`, { token: theirs.token }),
      web.rest('GET', `/bookings/${nobodys}`, { token: mine.token }),
    ])
    expect([foreign.status, unknown.status, free.status]).toEqual([404, 404, 404])
    expect({ ...foreign.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' })
  })
})
