import { describe, expect, test } from 'vitest'
import { callerOf, makeUser, TestClock } from '#tests/support/context.ts'
import { testDatabase } from '#tests/support/database.ts'
import { makeWorld } from '#tests/support/world.ts'

const database = testDatabase()

async function setting() {
  const world = await makeWorld(database())
  const manager = await makeUser(database(), 'OPS_MANAGER')
  const clock = new TestClock()
  const modelId = world.models[0]?.id ?? ''
  return { world, clock, modelId, api: callerOf(database(), manager, { clock }) }
}

const FRIDAY = { start: '2026-12-25T17:30:00Z', end: '2026-12-25T18:30:00Z' }
const WEEK = [1, 2, 3, 4, 5, 6, 7]

describe('rules', () => {
  test('say in one sentence what they say, and are read back as they were written', async () => {
    const { api, modelId } = await setting()
    const periods = [
      ...WEEK.slice(0, 5).map((weekday) => ({ weekday, from: '10:00', to: '18:00' })),
      { weekday: 6, from: '20:00', to: '02:00' },
    ]
    const rule = await api.availability.rules.create({ scope: 'model', modelId, kind: 'hours', config: { periods } })
    expect(rule.text).toBe('Mon–Fri 10:00–18:00 · Sat 20:00–02:00')
    expect(rule.config).toEqual({ periods })
    const again = api.availability.rules.create({ scope: 'model', modelId, kind: 'hours', config: { periods } })
    await expect(again).rejects.toThrow('active rule of this kind')
  })

  test('of the wrong shape, with overlapping periods or without a limit are refused', async () => {
    const { api, modelId } = await setting()
    const make = (kind: 'hours' | 'limits' | 'step' | 'blackout', config: never) =>
      api.availability.rules.create({ scope: 'model', modelId, kind, config })
    await expect(make('hours', { minutes: 5 } as never)).rejects.toThrow('not what a rule of hours says')
    const overlapping = {
      periods: [
        { weekday: 1, from: '10:00', to: '14:00' },
        { weekday: 1, from: '13:00', to: '15:00' },
      ],
    }
    await expect(make('hours', overlapping as never)).rejects.toThrow('overlap')
    await expect(make('limits', {} as never)).rejects.toThrow('at least one limit')
    await expect(make('step', { minutes: 7 } as never)).rejects.toThrow('divide a day')
    await expect(make('blackout', { from: '2026-12-25', to: '2026-12-24' } as never)).rejects.toThrow()
    await expect(make('blackout', { from: '2026-02-30', to: '2026-03-01' } as never)).rejects.toThrow()
  })

  test('of a model hold before those of her place, and those before everyone’s', async () => {
    const { api, modelId, world } = await setting()
    const hours = (from: string, to: string) => ({ periods: WEEK.map((weekday) => ({ weekday, from, to })) })
    const ask = async () => (await api.availability.why({ modelId, ...FRIDAY })).reasons.map((reason) => reason.rule)
    expect(await ask()).toEqual([])
    const place = await api.availability.rules.create({
      scope: 'location',
      location: world.location.slug,
      kind: 'hours',
      config: hours('10:00', '18:00'),
    })
    expect(await ask()).toEqual(['hours'])
    const own = await api.availability.rules.create({ scope: 'model', modelId, kind: 'hours', config: hours('10:00', '19:00') })
    expect(await ask()).toEqual([])
    await api.availability.rules.update({ id: own.id, active: false })
    expect(await ask()).toEqual(['hours'])
    await api.availability.rules.delete({ id: place.id })
    expect(await ask()).toEqual([])
  })
})

describe('a day that differs', () => {
  test('opens and closes stretches of it, and is gone when it is taken away', async () => {
    const { api, modelId } = await setting()
    const closed = await api.availability.exceptions.create({
      modelId,
      day: '2026-12-25',
      opens: false,
      from: '17:00',
      to: '18:00',
    })
    const why = await api.availability.why({ modelId, ...FRIDAY })
    expect(why.reasons).toMatchObject([{ rule: 'exception', overridable: true }])
    expect(why.reasons[0]?.change).toMatchObject({ text: 'Start at 18:00 on Fri 25 Dec', start: '2026-12-25T18:00:00.000Z' })
    expect(why.nearest[0]).toMatchObject({ start: '2026-12-25T18:00:00.000Z' })
    await api.availability.exceptions.delete({ id: closed.id })
    expect((await api.availability.why({ modelId, ...FRIDAY })).ok).toBe(true)
  })
})

describe('slots', () => {
  test('by hand open time outside hours, block it, or mark it as not sure', async () => {
    const { api, modelId } = await setting()
    await api.availability.rules.create({
      scope: 'model',
      modelId,
      kind: 'hours',
      config: { periods: [{ weekday: 1, from: '10:00', to: '11:00' }] },
    })
    expect((await api.availability.why({ modelId, ...FRIDAY })).reasons.map((reason) => reason.rule)).toEqual(['hours'])
    const slot = await api.availability.slots.create({ modelId, start: '2026-12-25T17:00:00Z', end: '2026-12-25T19:00:00Z' })
    expect((await api.availability.why({ modelId, ...FRIDAY })).ok).toBe(true)
    const marked = await api.availability.slots.update({ id: slot.id, version: slot.version, kind: 'tentative' })
    expect(await api.availability.why({ modelId, ...FRIDAY })).toMatchObject({ ok: true, tentative: true })
    await expect(api.availability.slots.update({ id: slot.id, version: slot.version, kind: 'available' })).rejects.toThrow()
    await api.availability.slots.update({ id: slot.id, version: marked.version, kind: 'unavailable' })
    const why = await api.availability.why({ modelId, ...FRIDAY })
    expect(why.reasons.map((reason) => reason.rule)).toEqual(['unavailable', 'hours'])
    await api.availability.slots.delete({ id: slot.id })
    expect((await api.availability.slots.list({ modelId })).items).toEqual([])
  })
})

describe('free times', () => {
  test('begin on the step, and as stretches they are whole', async () => {
    const { api, modelId, world } = await setting()
    await api.bookings.create({
      clientId: world.client.id,
      modelId,
      location: world.location.slug,
      start: '2026-12-25T12:00:00Z',
      end: '2026-12-25T13:00:00Z',
      confirm: true,
      waiver: { reason: 'regular guest' },
    })
    const free = await api.availability.free({ modelId, from: '2026-12-25T10:00:00Z', to: '2026-12-25T15:00:00Z' })
    expect(free.windows).toEqual([
      { start: '2026-12-25T10:00:00.000Z', end: '2026-12-25T11:45:00.000Z' },
      { start: '2026-12-25T13:15:00.000Z', end: '2026-12-25T15:00:00.000Z' },
    ])
    expect(free.items).toHaveLength(8)
    expect(free.items[0]).toEqual({ start: '2026-12-25T10:00:00.000Z', end: '2026-12-25T11:00:00.000Z', tentative: false })
  })

  test('name the booking in the way only to who may see it', async () => {
    const { api, modelId, world, clock } = await setting()
    const wish = { clientId: world.client.id, modelId, location: world.location.slug, ...FRIDAY }
    const booking = await api.bookings.create({ ...wish, confirm: true, waiver: { reason: 'regular guest' } })
    const other = await makeUser(database(), 'OPERATOR')
    await api.bookings.assign({ id: booking.id, userId: (await makeUser(database(), 'OPERATOR')).id })
    const seen = await api.availability.why({ modelId, ...FRIDAY })
    expect(seen.reasons[0]).toMatchObject({ rule: 'overlap', overridable: false, booking: { id: booking.id, ref: booking.ref } })
    const hidden = await callerOf(database(), other, { clock }).availability.why({ modelId, ...FRIDAY })
    expect(hidden.reasons[0]).toMatchObject({ rule: 'overlap', booking: null })
    const moved = await api.availability.why({ modelId, ...FRIDAY, exceptBookingId: booking.id })
    expect(moved.ok).toBe(true)
  })
})

test('the way between two places counts, by distance or as the table says', async () => {
  const { api, modelId, world, clock } = await setting()
  const far = await makeWorld(database(), { models: 1 })
  await database().db.updateTable('locations').set({ latitude: 51.6 }).where('id', '=', far.location.id).execute()
  const booking = { clientId: world.client.id, modelId, location: world.location.slug, ...FRIDAY }
  await api.bookings.create({ ...booking, confirm: true, waiver: { reason: 'regular guest' } })
  const after = { modelId, start: '2026-12-25T19:00:00Z', end: '2026-12-25T20:00:00Z' }
  expect(clock.now().toISOString()).toBe('2026-11-21T12:00:00.000Z')
  expect((await api.availability.why({ ...after, location: world.location.slug })).ok).toBe(true)
  const far11km = await api.availability.why({ ...after, location: far.location.slug })
  expect(far11km).toMatchObject({
    ok: false,
    travelBefore: 34,
    minutesBefore: 34,
    reasons: [{ rule: 'travel', overridable: false }],
  })
  await api.availability.travel.set({ from: world.location.slug, to: far.location.slug, minutes: 10 })
  expect(await api.availability.why({ ...after, location: far.location.slug })).toMatchObject({ ok: true, travelBefore: 10 })
  const ways = await api.availability.travel.list({ from: far.location.slug })
  expect(ways.items.find((way) => way.to.slug === world.location.slug)).toMatchObject({ minutes: 10, estimate: 34, isSet: true })
})
