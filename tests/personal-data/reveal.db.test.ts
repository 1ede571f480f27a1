import { describe, expect, test } from 'vitest'
import type { Actor } from '#server/context.ts'
import { Fixtures } from '#tests/support/access-fixtures.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'

const database = testDatabase()
const refused = (code: string) => ({ cause: expect.objectContaining({ code }) })

async function setting() {
  const made = await Fixtures.in(database())
  const clock = new TestClock()
  const [owner, olivia, oscar] = await Promise.all([
    makeUser(database(), 'OWNER'),
    makeUser(database(), 'OPERATOR', 'Olivia'),
    makeUser(database(), 'OPERATOR', 'Oscar'),
  ])
  const as = (actor: Actor) => callerOf(database(), actor, { clock })
  const email = made.email()
  const client = await as(owner).clients.create({ name: 'Hidden Person', email, phone: '+447700900555' })
  const shown = async (actor: Actor) => (await as(actor).clients.get({ id: client.id })).email === email
  return { made, clock, owner, olivia, oscar, as, client, shown, email }
}

describe('a masked contact', () => {
  test('is shown to who asks, with a reason, for 15 minutes, and to nobody else', async () => {
    const { as, olivia, oscar, client, shown, clock } = await setting()
    expect(await shown(olivia)).toBe(false)
    const reveal = await as(olivia).personalData.reveal({ id: client.id, reason: 'She called and was cut off' })
    expect(Date.parse(reveal.expiresAt) - clock.now().getTime()).toBe(15 * 60_000)
    expect([await shown(olivia), await shown(oscar)]).toEqual([true, false])
    expect((await as(olivia).clients.get({ id: client.id })).contactAccess).toMatchObject({
      state: 'revealed',
      until: reveal.expiresAt,
    })
    clock.advance(14.9)
    expect(await shown(olivia)).toBe(true)
    clock.advance(0.1)
    expect(await shown(olivia)).toBe(false)
    // And again, with a reason of its own.
    const again = await as(olivia).personalData.reveal({ id: client.id, reason: 'She called again' })
    expect(again.id).not.toBe(reveal.id)
    expect(await shown(olivia)).toBe(true)
  })

  test('stays masked in lists, and the reveal itself says nothing of it', async () => {
    const { as, olivia, client, email } = await setting()
    const reveal = await as(olivia).personalData.reveal({ id: client.id, reason: 'For the list' })
    expect(JSON.stringify(reveal)).not.toContain(email)
    expect(JSON.stringify(await as(olivia).clients.list({ limit: 200 }))).not.toContain(email)
  })

  test('is hidden again at once, by who had it shown only', async () => {
    const { as, olivia, oscar, client, shown } = await setting()
    await as(olivia).personalData.reveal({ id: client.id, reason: 'A short look' })
    await expect(as(oscar).personalData.endReveal({ id: client.id })).rejects.toMatchObject(refused('conflict'))
    expect(await shown(olivia)).toBe(true)
    await as(olivia).personalData.endReveal({ id: client.id })
    expect(await shown(olivia)).toBe(false)
    await expect(as(olivia).personalData.endReveal({ id: client.id })).rejects.toMatchObject(refused('conflict'))
  })

  test('asked for ten times at once is one reveal and one audit row', async () => {
    const { as, olivia, client } = await setting()
    const all = await Promise.all(
      Array.from({ length: 10 }, () => as(olivia).personalData.reveal({ id: client.id, reason: 'Pressed in haste' })),
    )
    expect(new Set(all.map((one) => one.id)).size).toBe(1)
    const rows = await database()
      .db.selectFrom('audit_log')
      .select('id')
      .where('action', '=', 'client.revealed')
      .where('entity_id', '=', client.id)
      .execute()
    expect(rows).toHaveLength(1)
  })

  test('is gone with the permission, midway', async () => {
    const { as, olivia, client, email } = await setting()
    await as(olivia).personalData.reveal({ id: client.id, reason: 'Before the role changed' })
    const permissions = new Set([...olivia.permissions].filter((one) => one !== 'pii.reveal'))
    expect((await as({ ...olivia, permissions }).clients.get({ id: client.id })).email).not.toBe(email)
  })

  test('needs a reason, an item of this client that one can see, a person, and something hidden', async () => {
    const { as, made, owner, olivia, client } = await setting()
    const reveal = (actor: Actor, input: object) =>
      as(actor).personalData.reveal({ id: client.id, reason: 'For a test', ...input })
    await expect(reveal(olivia, { reason: ' x ' })).rejects.toMatchObject({ code: 'BAD_REQUEST' })
    const foreign = { entityType: 'inquiry', entityId: await made.inquiry('foreign', olivia) }
    const unknown = { entityType: 'inquiry', entityId: made.id() }
    const others = { entityType: 'inquiry', entityId: await made.inquiry('own', olivia) }
    for (const from of [foreign, unknown, others])
      await expect(reveal(olivia, { from })).rejects.toMatchObject(refused('invalid'))
    await expect(reveal(olivia, { id: made.id() })).rejects.toMatchObject(refused('not_found'))
    await expect(reveal(owner, {})).rejects.toMatchObject(refused('conflict'))
    await expect(reveal(await makeUser(database(), 'READ_ONLY'), {})).rejects.toMatchObject(refused('forbidden'))
    const key = await made.apiKey([...olivia.permissions])
    await expect(reveal(key.actor, {})).rejects.toMatchObject(refused('forbidden'))
  })

  test('is shown 20 times an hour and not once more', async () => {
    const { as, olivia, client } = await setting()
    for (let n = 0; n < 20; n++) await as(olivia).personalData.reveal({ id: client.id, reason: 'Again and again' })
    await expect(as(olivia).personalData.reveal({ id: client.id, reason: 'Once more' })).rejects.toMatchObject(
      refused('rate_limited'),
    )
  })
})

describe('who looked at whom', () => {
  test('lists views and reveals with who, whom, why and from where; names and reasons masked for who reads no personal data', async () => {
    const { as, made, owner, olivia, client } = await setting()
    const own = await made.inquiry('own', olivia)
    await database().db.updateTable('inquiries').set({ client_id: client.id }).where('id', '=', own).execute()
    await as(olivia).inquiries.get({ id: own })
    await as(olivia).inquiries.get({ id: own })
    await as(olivia).personalData.reveal({ id: client.id, reason: 'The line was bad' })
    const { items } = await as(owner).personalData.looks({ clientId: client.id, sort: 'at' })
    expect(items.filter((look) => look.who.id === olivia.id)).toMatchObject([
      { how: 'viewed', opened: { entityType: 'inquiry', entityId: own }, client: { name: 'Hidden Person' } },
      { how: 'revealed', reason: 'The line was bad' },
    ])
    expect((await as(owner).personalData.looks({ actorId: olivia.id, how: 'revealed' })).items).toHaveLength(1)
    const reader = await makeUser(database(), 'READ_ONLY')
    const seen = await as(reader).personalData.looks({ clientId: client.id })
    expect(JSON.stringify(seen)).not.toMatch(/Hidden Person|line was bad/)
    expect(seen.items.length).toBeGreaterThanOrEqual(2)
  })
})

describe('everything about one person', () => {
  test('is one file with all that is known, audited; not for who may not see contacts', async () => {
    const { as, owner, client, email, made } = await setting()
    await as(owner).clients.addNote({ id: client.id, body: 'Prefers tea' })
    const twin = await as(owner).clients.create({ name: 'H. Person', email: 'twin.of@example.com' })
    await as(owner).clients.merge({ id: client.id, mergedIds: [twin.id] })
    const file = await as(owner).personalData.exportClient({ id: client.id })
    const data = JSON.parse(Buffer.from(file.base64, 'base64').toString())
    expect(Object.keys(data)).toEqual([
      'about',
      'madeAt',
      'records',
      'inquiries',
      'bookings',
      'timeline',
      'payments',
      'tasks',
      'exceptions',
      'notes',
      'looks',
    ])
    expect(data.records).toMatchObject([{ email }, { email: 'twin.of@example.com', merged_into: client.ref }])
    expect(data.notes).toMatchObject([{ body: 'Prefers tea' }])
    expect((await as(owner).personalData.looks({ clientId: client.id, how: 'exported' })).items).toHaveLength(1)
    const blind = { ...owner, permissions: new Set([...owner.permissions].filter((one) => one !== 'pii.read')) }
    await expect(as(blind).personalData.exportClient({ id: client.id })).rejects.toMatchObject(refused('forbidden'))
    await expect(as(owner).personalData.exportClient({ id: made.id() })).rejects.toMatchObject(refused('not_found'))
  })

  test('one’s own file is about oneself', async () => {
    const { as, olivia, oscar, client } = await setting()
    await as(olivia).personalData.reveal({ id: client.id, reason: 'Olivia had to call' })
    const read = async (actor: Actor) => Buffer.from((await as(actor).personalData.exportOwn({})).base64, 'base64').toString()
    expect(await read(olivia)).toContain('Olivia had to call')
    expect(await read(oscar)).not.toContain('Olivia had to call')
    expect(await read(oscar)).not.toContain('password')
  })
})
