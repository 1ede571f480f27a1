import { describe, expect, test } from 'vitest'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()
const refusedWith = (code: string) => ({ cause: { code } })

async function setting() {
  const db = database()
  const clock = new TestClock()
  const world = await makeWorld(db)
  const [manager, operator, editor] = await Promise.all([
    makeUser(db, 'OPS_MANAGER'),
    makeUser(db, 'OPERATOR'),
    makeUser(db, 'CONTENT_MANAGER'),
  ])
  const as = (actor = manager) => callerOf(db, actor, { clock })
  const wanted = { name: 'Sofía Müller', primaryLocation: world.location.slug, stats: { age: 24 } }
  return { db, clock, world, manager, operator, editor, as, wanted }
}

describe('a model', () => {
  test('is an adult, or is refused with a clear word', async () => {
    const { as, wanted } = await setting()
    await expect(as().models.create({ ...wanted, stats: { age: 17 } })).rejects.toThrow(
      'must be at least 18: every model is an adult',
    )
    const made = await as().models.create({ ...wanted, stats: { age: 18, languages: ['Spanish', 'German'], shoeUk: 5.5 } })
    expect(made).toMatchObject({ status: 'inactive', stats: { age: 18, languages: ['Spanish', 'German'], shoeUk: 5.5 } })
    expect(made.publicCode).toMatch(/^SOFIA-MULLER-[0-9A-F]{4}$/)
    await expect(as().models.update({ id: made.id, stats: { age: 16 } })).rejects.toThrow('every model is an adult')
    const dyed = await as().models.update({ id: made.id, stats: { hair: 'black', heightCm: '171', shoeUk: null } })
    expect(dyed.stats).toMatchObject({ age: 18, hair: 'black', heightCm: 171, shoeUk: null })
    await expect(as().models.update({ id: made.id, stats: { heightCm: true } })).rejects.toThrow('centimetres')
  })

  test('keeps its ratings, notes and addresses from content managers', async () => {
    const { as, wanted, editor } = await setting()
    const { id } = await as().models.create({ ...wanted, internalRating: 4.5, internalNotes: 'secret canary' })
    await as().models.addNote({ id, body: 'another canary' })
    await as().models.setAddresses({ id, addresses: [{ street: '1 Canary Row', postCode: 'W1' }] })
    expect(await as().models.get({ id })).toMatchObject({ internalRating: 4.5, notes: [{ body: 'another canary' }] })
    const seen = await as(editor).models.get({ id })
    expect(seen).toMatchObject({ internalRating: null, internalNotes: null, notes: null, addresses: null, possible: [] })
    expect(JSON.stringify([seen, await as(editor).models.list({})])).not.toMatch(/canary/i)
    await expect(as(editor).models.list({ sort: '-internalRating' })).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(as(editor).models.update({ id, internalRating: 1 })).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(as(editor).models.addNote({ id, body: 'x' })).rejects.toMatchObject(refusedWith('forbidden'))
    await expect(as(editor).models.setStatus({ id, newStatus: 'active' })).rejects.toMatchObject(refusedWith('forbidden'))
    expect((await as(editor).models.update({ id, name: 'Sofia' })).name).toBe('Sofia')
  })

  test('suspended with bookings to come says how many and asks a person to look at them', async () => {
    const { as, world } = await setting()
    const id = world.models[0]?.id ?? ''
    const wish = { clientId: world.client.id, modelId: id, location: world.location.slug }
    await as().bookings.create({ ...wish, start: '2026-12-25T19:00:00Z', end: '2026-12-25T21:00:00Z' })
    await as().bookings.create({ ...wish, start: '2026-12-26T19:00:00Z', end: '2026-12-26T21:00:00Z' })
    const suspended = await as().models.setStatus({ id, newStatus: 'suspended', reason: 'papers' })
    expect(suspended).toMatchObject({ affectedBookings: 2, model: { status: 'suspended', statusReason: 'papers' } })
    const tasks = await as().tasks.list({ entityType: 'model', entityId: id })
    expect(tasks.items).toMatchObject([{ type: 'review_suspension', priority: 'high' }])
    await expect(as().models.setStatus({ id, newStatus: 'active' })).rejects.toMatchObject({
      cause: { code: 'transition_refused', facts: { possible: ['inactive'] } },
    })
  })

  test('edited on an old version is refused with what differs', async () => {
    const { as, wanted } = await setting()
    const { id } = await as().models.create(wanted)
    await as().models.update({ id, version: 1, visibility: 'public' })
    await expect(as().models.update({ id, version: 1, visibility: 'unlisted', name: wanted.name })).rejects.toMatchObject({
      cause: { code: 'stale_write', facts: { currentVersion: 2, changed: { visibility: 'public' } } },
    })
    await expect(as().models.setServices({ id, version: 1, services: [] })).rejects.toMatchObject(refusedWith('stale_write'))
  })

  test('offers services and rates, and is found by them', async () => {
    const { as, wanted, world, operator } = await setting()
    const { id } = await as().models.create({ ...wanted, name: 'Findable' })
    const [dinner] = world.services
    const code = dinner?.code ?? ''
    await as().models.setServices({ id, services: [{ code, extra: { amount: 3_000, currency: 'GBP' }, notes: 'black tie' }] })
    const withRates = await as().models.setRates({
      id,
      rates: [
        {
          location: world.location.slug,
          duration: '1h',
          callType: 'outcall',
          price: { amount: 30_000 },
          taxi: { amount: 2_000 },
        },
      ],
    })
    expect(withRates.services).toMatchObject([{ code, extra: { amount: 3_000, currency: 'GBP' }, notes: 'black tie' }])
    expect(withRates.rates).toMatchObject([
      { duration: '1h', callType: 'outcall', price: { amount: 30_000 }, taxi: { amount: 2_000 } },
    ])
    expect(withRates.version).toBe(3)
    for (const filter of [{ service: code }, { location: world.location.slug, q: 'indab' }]) {
      expect((await as(operator).models.list(filter)).items.map((model) => model.id)).toContain(id)
    }
    expect((await as().models.list({ service: 'no-such-service' })).items).toEqual([])
    await expect(as().models.setServices({ id, services: [{ code: 'no-such' }] })).rejects.toMatchObject(refusedWith('invalid'))
    await expect(as(operator).models.setServices({ id, services: [] })).rejects.toMatchObject(refusedWith('forbidden'))
  })

  test('has a public code and a slug of its own', async () => {
    const { as, wanted } = await setting()
    await as().models.create({ ...wanted, publicCode: 'sophia-mf', slug: 'sophia' })
    await expect(as().models.create({ ...wanted, publicCode: 'SOPHIA-MF' })).rejects.toMatchObject(refusedWith('conflict'))
    await expect(as().models.create({ ...wanted, slug: 'sophia' })).rejects.toMatchObject(refusedWith('conflict'))
    await expect(as().models.create({ ...wanted, primaryLocation: 'atlantis' })).rejects.toMatchObject(refusedWith('invalid'))
  })
})
