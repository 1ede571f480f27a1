import { describe, expect, test } from 'vitest'
import { anonymous } from '#server/context.ts'
import { LIFECYCLES } from '#server/lifecycle/all.ts'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()

describe('the audit log', () => {
  test('is read newest first, by entity, actor, action and time, with personal data for who may see it', async () => {
    const db = database()
    const clock = new TestClock()
    const [manager, reader, operator] = [
      await makeUser(db, 'OPS_MANAGER'),
      await makeUser(db, 'READ_ONLY'),
      await makeUser(db, 'OPERATOR'),
    ]
    const as = (actor = manager) => callerOf(db, actor, { clock })
    const { id } = await as().clients.create({ name: 'Canary Bird', email: 'canary@example.com' })
    clock.advance(5)
    await as().clients.update({ id, name: 'Canary Song' })
    const about = { entityType: 'client', entityId: id }
    const all = await as().audit.list(about)
    expect(all.items.map((row) => row.action)).toEqual(['client.updated', 'client.viewed', 'client.created'])
    expect(all.items.find((row) => row.action === 'client.updated')).toMatchObject({
      actor: { id: manager.id },
      before: { name: 'Canary Bird' },
      after: { name: 'Canary Song' },
    })
    expect((await as().audit.list({ ...about, action: 'client.created', actorId: manager.id })).items).toHaveLength(1)
    expect((await as().audit.list({ ...about, from: '2026-11-21T12:01:00Z', action: 'client.created' })).items).toEqual([])
    expect(JSON.stringify(await as(reader).audit.list(about))).not.toMatch(/canary/i)
    await expect(as(operator).audit.list(about)).rejects.toMatchObject({ cause: { code: 'forbidden' } })
  })
})

describe('lifecycles', () => {
  test('are shown as the machines define them, with how many stand where', async () => {
    const db = database()
    const manager = await makeUser(db, 'OPS_MANAGER')
    await callerOf(db, manager).tasks.create({ subject: 'One' })
    const { items } = await callerOf(db, manager).lifecycles.list({})
    expect(items.map((item) => item.noun)).toEqual(LIFECYCLES.map((lifecycle) => lifecycle.noun))
    const task = items.find((item) => item.noun === 'task')
    expect(task?.states.find((state) => state.name === 'open')).toMatchObject({ initial: true, final: false, count: 1 })
    expect(task?.edges).toContainEqual(
      expect.objectContaining({ from: 'in_progress', to: 'open', event: 'RELEASE', label: 'Release' }),
    )
    const finance = await makeUser(db, 'FINANCE')
    await expect(callerOf(db, finance).lifecycles.list({})).rejects.toMatchObject({ cause: { code: 'forbidden' } })
  })
})

describe('the catalogue', () => {
  test('is there for everyone: services by category, places with their zones', async () => {
    const db = database()
    const world = await makeWorld(db)
    const stranger = callerOf(db, anonymous)
    const { items } = await stranger.catalogue.services({})
    expect(items.flatMap((group) => group.services.map((service) => service.code))).toEqual(
      expect.arrayContaining(world.services.map((service) => service.code)),
    )
    expect((await stranger.catalogue.locations({})).items).toContainEqual(
      expect.objectContaining({ slug: world.location.slug, zone: 'Europe/London' }),
    )
  })
})
